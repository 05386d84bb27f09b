#include "mediad/engine/track_router.h"

#include <algorithm>
#include <utility>

#include "common/check/check.h"
#include "mediad/engine/report_intervals.h"
#include "mediad/relay/relay_packet.h"
#include "mediad/track/receiver_limit.h"

namespace halcyon::mediad {
namespace {

Drop drop_of(RtpDrop drop) {
  switch (drop) {
    case RtpDrop::kDuplicate:
      return Drop::kRtpDuplicate;
    case RtpDrop::kTooOld:
      return Drop::kRtpTooOld;
    case RtpDrop::kTooLarge:
      return Drop::kRtpTooLarge;
  }
  return Drop::kRtpMalformed;
}

}  // namespace

Publication& TrackRouter::publish(PublicationConfig config) {
  const TrackId id = config.id;
  auto& slot = publications_[id];
  slot = std::make_unique<Publication>(std::move(config), context_.deadlines);
  for (const auto& [_, subscription] : subscriptions_) {
    if (subscription->source_id != id) continue;
    subscription->source = slot.get();
    slot->subscriptions.push_back(subscription.get());
  }
  return *slot;
}

void TrackRouter::unpublish(Publication& publication) {
  check(publication.burst.empty());
  for (Subscription* s : publication.subscriptions) s->source = nullptr;
  if (publication.track && !publication.subscriptions.empty()) {
    parked_[publication.config.id] = std::move(publication.track);
  }
  if (publication.transport != nullptr) {
    publication.transport->demuxer.remove(publication);
    std::erase(publication.transport->publications, &publication);
  }
  publications_.erase(publication.config.id);
}

Subscription& TrackRouter::subscribe(DownTrackConfig config, TrackId source,
                                     MediaTransport& transport, Timestamp now) {
  const TrackId id = config.id;
  // RFC 3550 5.1: numbers start at random.
  const auto first = static_cast<std::uint16_t>(context_.random.u32() & 0x7fff);
  auto& slot = subscriptions_[id];
  slot = std::make_unique<Subscription>(std::move(config), first, now);
  slot->source_id = source;
  slot->transport = &transport;
  transport.subscriptions.push_back(slot.get());
  if (Publication* p = publication(source)) {
    slot->source = p;
    p->subscriptions.push_back(slot.get());
  }
  admit(*slot, now);
  return *slot;
}

void TrackRouter::unsubscribe(Subscription& subscription) {
  if (subscription.source != nullptr) std::erase(subscription.source->subscriptions, &subscription);
  std::erase(subscription.transport->subscriptions, &subscription);
  const TrackId source = subscription.source_id;
  subscriptions_.erase(subscription.track.config().id);
  if (!parked_.contains(source)) return;
  const bool awaited = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                   [&](const auto& s) { return s.second->source_id == source; });
  if (!awaited) parked_.erase(source);
}

Publication* TrackRouter::publication(TrackId id) const {
  const auto it = publications_.find(id);
  return it == publications_.end() ? nullptr : it->second.get();
}

Subscription* TrackRouter::subscription(TrackId id) const {
  const auto it = subscriptions_.find(id);
  return it == subscriptions_.end() ? nullptr : it->second.get();
}

void TrackRouter::add_relay(Publication& publication, RelayLink& link, std::uint8_t index,
                            Timestamp now) {
  remove_relay(publication, link);
  publication.relays.push_back({&link, index});
  if (!publication.track) return;
  const auto replay = publication.track->keyframe_replay();
  for (const CachedPacket* packet : replay) send_to_relay(publication.relays.back(), *packet);
  if (replay.empty()) request_keyframe(publication, now);
}

void TrackRouter::remove_relay(Publication& publication, const RelayLink& link) {
  std::erase_if(publication.relays, [&](const RelayOutput& r) { return r.link == &link; });
}

void TrackRouter::start(Publication& publication, const Codec& codec, Ssrc ssrc, Timestamp now) {
  const PublicationConfig& c = publication.config;
  publication.track = take_parked(c.id, ssrc);
  if (!publication.track) {
    publication.track = std::make_unique<UpTrack>(
        UpTrackConfig{
            .id = c.id, .ssrc = ssrc, .codec = codec, .rid = c.rid, .max_bitrate = c.max_bitrate},
        now);
  }
  if (publication.transport != nullptr) {
    publication.transport->receiver_report_due.set_no_later_than(now + kReceiverReportInterval);
  } else {
    publication.relay_report_due.set_no_later_than(now + kRelayReportInterval);
  }
}

std::unique_ptr<UpTrack> TrackRouter::take_parked(TrackId id, Ssrc ssrc) {
  const auto it = parked_.find(id);
  if (it == parked_.end()) return nullptr;
  auto track = std::move(it->second);
  parked_.erase(it);
  return track->config().ssrc == ssrc ? std::move(track) : nullptr;
}

void TrackRouter::receive(Publication& publication, const RtpPacketView& packet, Timestamp now) {
  if (!publication.burst.takes(packet.sequence_number())) forward_burst(publication, now);
  const auto cached = publication.track->handle_rtp(packet, now);
  if (!cached) {
    context_.drops.count(drop_of(cached.error()));
    return;
  }
  publication.newest_sequence = std::max(publication.newest_sequence, (*cached)->extended_sequence);
  if (publication.burst.empty()) with_bursts_.push_back(&publication);
  publication.burst.add(**cached);
}

void TrackRouter::forward_bursts(Timestamp now) {
  for (Publication* p : with_bursts_) forward_burst(*p, now);
  with_bursts_.clear();
}

void TrackRouter::handle_sender_report(Publication& publication, const SenderInfo& info,
                                       Timestamp now) {
  publication.track->handle_sender_report(info, now);
  if (std::exchange(publication.has_sender_report, true)) return;
  for (const Subscription* s : publication.subscriptions) {
    if (s->flowing) s->transport->sender_report_due.set(now);
  }
}

void TrackRouter::forward_burst(Publication& publication, Timestamp now) {
  const auto packets = publication.burst.packets();
  bool wants_keyframe = false;
  for (Subscription* s : publication.subscriptions) {
    if (!s->flowing) continue;
    for (const CachedPacket* packet : packets) {
      send(*s, *packet, now);
      wants_keyframe = wants_keyframe || s->track.wants_keyframe();
    }
  }
  for (const RelayOutput& relay : publication.relays) {
    for (const CachedPacket* packet : packets) send_to_relay(relay, *packet);
  }
  publication.burst.clear();
  if (wants_keyframe) request_keyframe(publication, now);
}

bool TrackRouter::send(Subscription& subscription, const CachedPacket& packet, Timestamp now) {
  MediaTransport& transport = *subscription.transport;
  const std::size_t size = subscription.track.rewrite(packet, now, context_.to_peers.next_slot());
  if (size == 0) return false;
  context_.to_peers.commit(transport.destination(), size, Protection::kRtp, &*transport.srtp);
  return true;
}

void TrackRouter::send_to_relay(const RelayOutput& relay, const CachedPacket& packet) {
  const auto slot = context_.to_relays.next_slot();
  write_relay_header({relay.link->id(), RelayKind::kRtp, relay.index}, slot);
  const auto bytes = packet.packet();
  std::copy(bytes.begin(), bytes.end(), slot.begin() + kRelayHeaderSize);
  context_.to_relays.commit({relay.link->peer()}, kRelayHeaderSize + bytes.size());
}

void TrackRouter::transport_changed(MediaTransport& transport, Timestamp now) {
  const bool can_send = transport.can_send();
  for (Subscription* s : transport.subscriptions) {
    if (!can_send) s->flowing = false;
    admit(*s, now);
  }
}

void TrackRouter::admit(Subscription& subscription, Timestamp now) {
  MediaTransport& transport = *subscription.transport;
  if (subscription.flowing || !transport.can_send()) return;
  subscription.flowing = true;
  const bool first_time = !std::exchange(subscription.was_admitted, true);
  transport.sender_report_due.set_no_later_than(now + kSenderReportInterval);
  Publication* source = subscription.source;
  if (source == nullptr || !source->track) return;
  if (source->has_sender_report) transport.sender_report_due.set(now);
  // After an outage the newest keyframe may be one that the receiver had before it.
  const auto replay =
      first_time ? source->track->keyframe_replay() : std::vector<const CachedPacket*>();
  for (const CachedPacket* packet : replay) send(subscription, *packet, now);
  if (replay.empty()) request_keyframe(*source, now);
}

bool TrackRouter::retransmit(Subscription& subscription, std::uint16_t sequence_number,
                             Timestamp now) {
  Publication* source = subscription.source;
  if (source == nullptr || !source->track || !subscription.flowing) return false;
  const auto wanted = subscription.track.source_of(sequence_number);
  if (!wanted || !subscription.track.may_retransmit(sequence_number, now)) return false;
  const CachedPacket* packet = source->track->find_for_retransmission(*wanted, now);
  if (packet == nullptr) {
    source->feedback_due.set_no_later_than(source->track->next_deadline());
    return false;
  }
  return send(subscription, *packet, now);
}

bool TrackRouter::retransmit_to_relay(Publication& publication, const RelayOutput& relay,
                                      std::uint16_t sequence_number, Timestamp now) {
  if (!publication.track) return false;
  const std::uint64_t newest = publication.newest_sequence;
  const auto behind =
      static_cast<std::uint16_t>(static_cast<std::uint16_t>(newest) - sequence_number);
  if (behind > newest || behind >= 0x8000) return false;
  const CachedPacket* packet = publication.track->find_for_retransmission(newest - behind, now);
  if (packet == nullptr) {
    publication.feedback_due.set_no_later_than(publication.track->next_deadline());
    return false;
  }
  send_to_relay(relay, *packet);
  return true;
}

void TrackRouter::request_keyframe(Publication& publication, Timestamp now) {
  if (!publication.track || publication.config.kind != TrackKind::kVideo) return;
  publication.track->request_keyframe(now);
  publication.feedback_due.set_no_later_than(now);
}

std::uint64_t TrackRouter::update_receiver_limit(Publication& publication, Timestamp now) {
  if (!publication.track) return 0;
  ReceiverLimit limit;
  TimeDelta cache_span = TimeDelta::zero();
  for (const Subscription* s : publication.subscriptions) {
    if (!s->flowing) continue;
    limit.add(s->track.demand(now));
    cache_span = std::max(cache_span, s->track.cache_span());
  }
  for (const RelayOutput& relay : publication.relays) {
    if (relay.limit > 0) limit.add({.max_bitrate = relay.limit});
  }
  publication.track->set_receiver_limit(limit.bitrate());
  publication.track->set_cache_span(cache_span);
  return limit.bitrate();
}

}  // namespace halcyon::mediad
