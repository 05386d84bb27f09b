#include "mediad/engine/relay_router.h"

#include <algorithm>

#include "mediad/relay/relay_packet.h"

namespace halcyon::mediad {

RelayLink& RelayRouter::open(RelayId id, RelayEnd end, const SocketAddress& peer) {
  auto& slot = links_[id];
  if (!slot || slot->end() != end) {
    if (slot) detach(*slot);
    slot = std::make_unique<RelayLink>(id, end, peer);
  }
  slot->set_peer(peer);
  return *slot;
}

void RelayRouter::open_source(RelayId id, const SocketAddress& sink,
                              std::vector<RelayedTrack> tracks, Timestamp now) {
  RelayLink& link = open(id, RelayEnd::kSource, sink);
  const std::vector<RelayedTrack> before = link.tracks();
  link.set_tracks(std::move(tracks));
  for (const RelayedTrack& t : before) {
    Publication* p = router_.publication(t.id);
    if (p != nullptr && link.index_of(t.id) != t.index) router_.remove_relay(*p, link);
  }
  for (const RelayedTrack& t : link.tracks()) {
    const bool known = std::any_of(before.begin(), before.end(), [&](const RelayedTrack& b) {
      return b.id == t.id && b.index == t.index;
    });
    Publication* p = router_.publication(t.id);
    if (p != nullptr && !known) router_.add_relay(*p, link, t.index, now);
  }
}

void RelayRouter::open_sink(RelayId id, const SocketAddress& source,
                            std::vector<RelayedPublication> tracks) {
  RelayLink& link = open(id, RelayEnd::kSink, source);
  const std::vector<RelayedTrack> before = link.tracks();
  std::vector<RelayedTrack> list;
  for (const RelayedPublication& t : tracks) list.push_back({t.index, t.config.id});
  link.set_tracks(list);
  for (const RelayedTrack& t : before) {
    Publication* p = router_.publication(t.id);
    if (p != nullptr && p->relay == &link && !link.index_of(t.id)) router_.unpublish(*p);
  }
  for (RelayedPublication& t : tracks) {
    Publication* p = router_.publication(t.config.id);
    if (p == nullptr) {
      p = &router_.publish(std::move(t.config));
      p->relay = &link;
    }
    if (p->relay == &link) p->relay_index = t.index;
  }
}

void RelayRouter::close(RelayId id) {
  const auto it = links_.find(id);
  if (it == links_.end()) return;
  detach(*it->second);
  links_.erase(it);
}

void RelayRouter::detach(RelayLink& link) {
  for (const RelayedTrack& t : link.tracks()) {
    Publication* p = router_.publication(t.id);
    if (p == nullptr) continue;
    router_.remove_relay(*p, link);
    if (p->relay == &link) router_.unpublish(*p);
  }
}

RelayLink* RelayRouter::link(RelayId id) const {
  const auto it = links_.find(id);
  return it == links_.end() ? nullptr : it->second.get();
}

void RelayRouter::publication_opened(Publication& publication, Timestamp now) {
  for (const auto& [_, link] : links_) {
    if (link->end() != RelayEnd::kSource) continue;
    if (const auto index = link->index_of(publication.config.id)) {
      router_.add_relay(publication, *link, *index, now);
    }
  }
}

void RelayRouter::handle_datagram(const SocketAddress& from, std::span<std::uint8_t> datagram,
                                  Timestamp now) {
  const auto packet = parse_relay_packet(datagram);
  if (!packet) {
    context_.drops.count(Drop::kRelayMalformed);
    return;
  }
  RelayLink* l = link(packet->header.id);
  if (l == nullptr || !l->comes_from_peer(from)) {
    context_.drops.count(Drop::kRelayUnknown);
    return;
  }
  const bool rtcp = packet->header.kind == RelayKind::kRtcp;
  if (rtcp) router_.forward_bursts(now);
  if (l->end() == RelayEnd::kSink) {
    handle_from_source(*l, packet->header.track_index, rtcp, packet->payload, now);
  } else if (rtcp) {
    handle_from_sink(*l, packet->header.track_index, packet->payload, now);
  } else {
    context_.drops.count(Drop::kRelayTrack);
  }
}

void RelayRouter::handle_from_source(RelayLink& link, std::uint8_t index, bool rtcp,
                                     std::span<const std::uint8_t> bytes, Timestamp now) {
  const auto id = link.track_at(index);
  Publication* publication = id ? router_.publication(*id) : nullptr;
  if (publication == nullptr || publication->relay != &link) {
    context_.drops.count(Drop::kRelayTrack);
  } else if (rtcp) {
    rtcp_.handle_source(*publication, bytes, now);
  } else {
    handle_rtp(*publication, bytes, now);
  }
}

void RelayRouter::handle_rtp(Publication& publication, std::span<const std::uint8_t> bytes,
                             Timestamp now) {
  const auto packet = RtpPacketView::parse(bytes);
  if (!packet) {
    context_.drops.count(Drop::kRtpMalformed);
    return;
  }
  const Codec* codec = publication.codec_of(packet->payload_type());
  if (codec == nullptr) {
    context_.drops.count(Drop::kRtpPayloadType);
    return;
  }
  if (!publication.track) router_.start(publication, *codec, packet->ssrc(), now);
  if (publication.track->config().ssrc != packet->ssrc()) {
    context_.drops.count(Drop::kRelayTrack);
    return;
  }
  router_.receive(publication, *packet, now);
  sender_.send_feedback(publication, now);
}

void RelayRouter::handle_from_sink(RelayLink& link, std::uint8_t index,
                                   std::span<const std::uint8_t> bytes, Timestamp now) {
  const auto id = link.track_at(index);
  Publication* publication = id ? router_.publication(*id) : nullptr;
  if (publication != nullptr) {
    for (RelayOutput& relay : publication->relays) {
      if (relay.link == &link) {
        rtcp_.handle_sink(*publication, relay, bytes, now);
        return;
      }
    }
  }
  context_.drops.count(Drop::kRelayTrack);
}

}  // namespace halcyon::mediad
