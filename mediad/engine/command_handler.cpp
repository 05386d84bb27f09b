#include "mediad/engine/command_handler.h"

#include <utility>
#include <vector>

#include "mediad/engine/ipc_conversion.h"

namespace halcyon::mediad {
namespace {

bool usable(const ipc::IceCredentials& c) {
  return !c.ufrag().empty() && c.ufrag().size() <= kMaxIceCredential && !c.pwd().empty() &&
         c.pwd().size() <= kMaxIceCredential;
}

std::size_t track_count(const MediaTransport& t) {
  return t.publications.size() + t.subscriptions.size();
}

PublicationConfig publication_config(const ipc::OpenUpTrack& c) {
  PublicationConfig config{.id = TrackId(c.track_id()),
                           .kind = from_ipc(c.kind()),
                           .mid = c.mid(),
                           .rid = c.rid(),
                           .max_bitrate = c.max_bitrate()};
  for (const std::uint32_t ssrc : c.ssrcs()) config.ssrcs.emplace_back(ssrc);
  for (const auto& codec : c.codecs()) {
    if (auto known = from_ipc(codec)) config.codecs.push_back(std::move(*known));
  }
  return config;
}

std::vector<RelayedPublication> relayed_publications(const ipc::OpenRelaySink& c) {
  std::vector<RelayedPublication> tracks;
  for (const auto& t : c.tracks()) {
    auto codec = from_ipc(t.codec());
    if (t.index() > 255 || !codec) continue;
    // The other worker answers from its cache, whatever the publisher negotiated.
    codec->nack = from_ipc(t.kind()) == TrackKind::kVideo;
    tracks.push_back({static_cast<std::uint8_t>(t.index()),
                      {.id = TrackId(t.track_id()),
                       .kind = from_ipc(t.kind()),
                       .rid = t.rid(),
                       .codecs = {std::move(*codec)}}});
  }
  return tracks;
}

}  // namespace

void CommandHandler::handle(const ipc::SignalToMedia& command, Timestamp now) {
  using Body = ipc::SignalToMedia;
  switch (command.body_case()) {
    case Body::kOpenTransport:
      return open_transport(command.open_transport(), now);
    case Body::kSetRemote:
      return set_remote(command.set_remote(), now);
    case Body::kRestartIce:
      return restart_ice(command.restart_ice(), now);
    case Body::kCloseTransport:
      return close_transport(TransportId(command.close_transport().transport_id()));
    case Body::kOpenUpTrack:
      return open_up_track(command.open_up_track(), now);
    case Body::kCloseUpTrack:
      return close_up_track(TrackId(command.close_up_track().track_id()));
    case Body::kOpenDownTrack:
      return open_down_track(command.open_down_track(), now);
    case Body::kUpdateDownTrack:
      if (Subscription* s = router_.subscription(TrackId(command.update_down_track().track_id()))) {
        s->track.set_lowest_spatial_layer(command.update_down_track().lowest_spatial_layer());
      }
      return;
    case Body::kCloseDownTrack:
      return close_down_track(TrackId(command.close_down_track().track_id()));
    case Body::kOpenRelaySource:
      return open_relay_source(command.open_relay_source(), now);
    case Body::kOpenRelaySink:
      return open_relay_sink(command.open_relay_sink());
    case Body::kCloseRelay:
      return relays_.close(RelayId(command.close_relay().relay_id()));
    case Body::kDrain:
      return drain();
    case Body::kStateComplete:
      return state_complete();
    case Body::kRequestKeyframe:
      if (Publication* p = router_.publication(TrackId(command.request_keyframe().track_id()))) {
        router_.request_keyframe(*p, now);
      }
      return;
    case Body::kWelcome:
    case Body::BODY_NOT_SET:  // a command of a later version
      return;
  }
}

void CommandHandler::open_transport(const ipc::OpenTransport& c, Timestamp now) {
  const TransportId id(c.transport_id());
  if (MediaTransport* known = table_.by_id(id)) {
    known->epoch = epoch_;
    return;
  }
  if (draining_) return fail("open_transport", id.value(), "the worker is draining");
  if (!usable(c.local())) return fail("open_transport", id.value(), "no usable ICE credentials");
  if (table_.size() >= kMaxTransports)
    return fail("open_transport", id.value(), "too many transports");
  if (table_.by_ufrag(c.local().ufrag()) != nullptr) {
    return fail("open_transport", id.value(), "another transport has this ufrag");
  }
  MediaTransport& transport = table_.open(id, from_ipc(c.local()), context_.deadlines, now);
  transport.epoch = epoch_;
  connector_.update(transport, now);
}

void CommandHandler::set_remote(const ipc::SetRemote& c, Timestamp now) {
  MediaTransport* transport = table_.by_id(TransportId(c.transport_id()));
  if (transport == nullptr) return;
  const auto role = from_ipc(c.local_dtls_role());
  if (!role) return fail("set_remote", c.transport_id(), "no DTLS role");
  if (c.fingerprints().empty()) return fail("set_remote", c.transport_id(), "no fingerprint");
  if (!c.remote().ufrag().empty()) transport->ice.set_remote_ufrag(c.remote().ufrag());
  transport->demuxer.set_extensions(from_ipc(c.extensions()));
  connector_.set_remote(*transport, *role, fingerprints_from_ipc(c), now);
}

void CommandHandler::restart_ice(const ipc::RestartIce& c, Timestamp now) {
  MediaTransport* transport = table_.by_id(TransportId(c.transport_id()));
  if (transport == nullptr || transport->ice.local().ufrag == c.local().ufrag()) return;
  if (!usable(c.local())) return fail("restart_ice", c.transport_id(), "no usable ICE credentials");
  if (table_.by_ufrag(c.local().ufrag()) != nullptr) {
    return fail("restart_ice", c.transport_id(), "a transport has this ufrag already");
  }
  transport->ice.restart(from_ipc(c.local()), now);
  table_.update_ufrags(*transport);
  connector_.update(*transport, now);
}

void CommandHandler::close_transport(TransportId id) {
  MediaTransport* transport = table_.by_id(id);
  if (transport == nullptr) return;
  // Queued packets refer to the transport's keys.
  context_.to_peers.flush();
  while (!transport->publications.empty()) router_.unpublish(*transport->publications.back());
  while (!transport->subscriptions.empty()) router_.unsubscribe(*transport->subscriptions.back());
  context_.handshakes.stop(id);
  if (transport->srtp) context_.handshakes.retire(*std::exchange(transport->srtp, std::nullopt));
  table_.close(*transport);
  report_drained();
}

void CommandHandler::open_up_track(const ipc::OpenUpTrack& c, Timestamp now) {
  if (Publication* known = router_.publication(TrackId(c.track_id()))) {
    known->epoch = epoch_;
    return;
  }
  MediaTransport* transport = table_.by_id(TransportId(c.transport_id()));
  if (transport == nullptr) return fail("open_up_track", c.track_id(), "no such transport");
  if (track_count(*transport) >= kMaxTracksPerTransport) {
    return fail("open_up_track", c.track_id(), "too many tracks on its transport");
  }
  PublicationConfig config = publication_config(c);
  if (config.codecs.empty())
    return fail("open_up_track", c.track_id(), "no codec that is known here");
  Publication& publication = router_.publish(std::move(config));
  publication.transport = transport;
  publication.epoch = epoch_;
  transport->publications.push_back(&publication);
  transport->demuxer.add(publication);
  relays_.publication_opened(publication, now);
}

void CommandHandler::close_up_track(TrackId id) {
  Publication* publication = router_.publication(id);
  if (publication != nullptr && publication->transport != nullptr) router_.unpublish(*publication);
}

void CommandHandler::open_down_track(const ipc::OpenDownTrack& c, Timestamp now) {
  if (Subscription* known = router_.subscription(TrackId(c.track_id()))) {
    known->epoch = epoch_;
    return;
  }
  MediaTransport* transport = table_.by_id(TransportId(c.transport_id()));
  if (transport == nullptr) return fail("open_down_track", c.track_id(), "no such transport");
  if (track_count(*transport) >= kMaxTracksPerTransport) {
    return fail("open_down_track", c.track_id(), "too many tracks on its transport");
  }
  auto codec = from_ipc(c.codec());
  if (!codec) return fail("open_down_track", c.track_id(), "codec is not known here");
  DownTrackConfig config{.id = TrackId(c.track_id()),
                         .ssrc = Ssrc(c.ssrc()),
                         .codec = std::move(*codec),
                         .cname = c.cname(),
                         .lowest_spatial_layer = c.lowest_spatial_layer()};
  router_.subscribe(std::move(config), TrackId(c.source_track_id()), *transport, now).epoch =
      epoch_;
}

void CommandHandler::close_down_track(TrackId id) {
  if (Subscription* s = router_.subscription(id)) router_.unsubscribe(*s);
}

void CommandHandler::open_relay_source(const ipc::OpenRelaySource& c, Timestamp now) {
  const RelayId id(c.relay_id());
  const auto sink = from_ipc(c.sink());
  if (!sink) return fail("open_relay_source", id.value(), "no address of the sink");
  if (relays_.link(id) == nullptr && relays_.all().size() >= kMaxRelays) {
    return fail("open_relay_source", id.value(), "too many relays");
  }
  std::vector<RelayedTrack> tracks;
  for (const auto& t : c.tracks()) {
    if (t.index() <= 255)
      tracks.push_back({static_cast<std::uint8_t>(t.index()), TrackId(t.track_id())});
  }
  relays_.open_source(id, *sink, std::move(tracks), now);
  relays_.link(id)->epoch = epoch_;
}

void CommandHandler::open_relay_sink(const ipc::OpenRelaySink& c) {
  const RelayId id(c.relay_id());
  const auto source = from_ipc(c.source());
  if (!source) return fail("open_relay_sink", id.value(), "no address of the source");
  if (relays_.link(id) == nullptr && relays_.all().size() >= kMaxRelays) {
    return fail("open_relay_sink", id.value(), "too many relays");
  }
  relays_.open_sink(id, *source, relayed_publications(c));
  relays_.link(id)->epoch = epoch_;
}

void CommandHandler::drain() {
  draining_ = true;
  report_drained();
}

void CommandHandler::report_drained() {
  if (draining_ && table_.size() == 0) context_.events.emplace_back().mutable_drained();
}

void CommandHandler::state_complete() {
  std::vector<TransportId> transports;
  for (const auto& [id, t] : table_.all()) {
    if (t->epoch != epoch_) transports.push_back(id);
  }
  for (const TransportId id : transports) close_transport(id);
  std::vector<TrackId> tracks;
  for (const auto& [id, p] : router_.publications()) {
    if (p->transport != nullptr && p->epoch != epoch_) tracks.push_back(id);
  }
  for (const TrackId id : tracks) close_up_track(id);
  tracks.clear();
  for (const auto& [id, s] : router_.subscriptions()) {
    if (s->epoch != epoch_) tracks.push_back(id);
  }
  for (const TrackId id : tracks) close_down_track(id);
  std::vector<RelayId> relays;
  for (const auto& [id, l] : relays_.all()) {
    if (l->epoch != epoch_) relays.push_back(id);
  }
  for (const RelayId id : relays) relays_.close(id);
  // What happened while signald was away.
  for (const auto& [_, t] : table_.all()) {
    if (t->announced != TransportState::kNew) connector_.announce(*t);
  }
  for (const auto& [_, p] : router_.publications()) {
    if (p->transport != nullptr && p->track) receiver_.announce(*p);
  }
}

void CommandHandler::close_all() {
  begin_state();
  state_complete();
}

void CommandHandler::fail(std::string_view command, std::uint64_t id, std::string_view reason) {
  auto& failed = *context_.events.emplace_back().mutable_command_failed();
  failed.set_command(std::string(command));
  failed.set_id(id);
  failed.set_reason(std::string(reason));
}

}  // namespace halcyon::mediad
