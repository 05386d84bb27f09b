#include <algorithm>

#include "signald/sdp/sdp_parser.h"
#include "signald/stream/worker_media_plane.h"

// The part of WorkerMediaPlane that deals with receivers.
namespace halcyon::signald {
namespace {

tl::unexpected<StreamError> refuse(StreamError::Kind kind, std::string text) {
  return tl::unexpected(StreamError{kind, std::move(text)});
}

tl::unexpected<StreamError> unknown() {
  return refuse(StreamError::Kind::kUnknownStream, "unknown stream");
}

}  // namespace

/// The selected tracks that can be sent.
std::vector<DownSource> WorkerMediaPlane::resolve(const UpStream& up,
                                                  const TrackSelection& selection) const {
  std::vector<DownSource> sources;
  for (const TrackId id : selection.tracks) {
    const UpTrack* track = up.find(id);
    if (track != nullptr && track->started()) sources.push_back(track->as_source(up.label));
  }
  return sources;
}

Result<std::string, StreamError> WorkerMediaPlane::open_down(DownStreamId id, UpStreamId source,
                                                             const TrackSelection& selection) {
  UpStream* up = find_up(source);
  if (up == nullptr || !up->place.worker) return unknown();
  const std::vector<DownSource> sources = resolve(*up, selection);
  if (sources.empty()) return unknown();
  Worker* worker = workers_.for_receiver(*up->place.worker);
  if (worker == nullptr) {
    return refuse(StreamError::Kind::kNoWorker, "no media worker is available");
  }
  Placement place;
  LocalTransport local = place_on(*worker, place);
  DownStream down{id,
                  source,
                  DownNegotiation(random_.u64(), std::move(local), random_),
                  place,
                  selection.lowest_spatial_layer,
                  {}};
  down.negotiation.set_sources(sources);
  auto offer = down.negotiation.next_offer();
  close_down(id);
  down_transports_[place.transport] = id;
  downs_.emplace(id, std::move(down));
  return std::move(offer->sdp);
}

Result<std::optional<std::string>, StreamError> WorkerMediaPlane::update_down(
    DownStreamId id, const TrackSelection& selection) {
  DownStream* down = find_down(id);
  if (down == nullptr) return unknown();
  const UpStream* up = find_up(down->source);
  if (up == nullptr) return unknown();
  // Without a worker nothing can be negotiated; the listener is or will be told to close this one.
  if (!down->place.worker) return std::nullopt;
  if (down->lowest_spatial_layer != selection.lowest_spatial_layer) {
    down->lowest_spatial_layer = selection.lowest_spatial_layer;
    for (const DownTrack& track : down->negotiation.running()) {
      if (track.source.kind != MediaKind::kVideo) continue;
      send(down->place, update_down_track(track.id, selection.lowest_spatial_layer));
    }
  }
  const std::vector<DownSource> sources = resolve(*up, selection);
  // A stream that moves has no track for a moment; what is there stays until it has.
  if (sources.empty()) return std::nullopt;
  end_tracks(*down, down->negotiation.set_sources(sources));
  return next_offer(*down);
}

Result<std::optional<std::string>, StreamError> WorkerMediaPlane::answer_down(
    DownStreamId id, std::string_view answer) {
  DownStream* down = find_down(id);
  if (down == nullptr) return unknown();
  const auto description = sdp::parse_session_description(answer);
  if (!description) {
    return refuse(StreamError::Kind::kBadDescription, description.error().message);
  }
  const std::optional<RemoteTransport> before = down->negotiation.remote();
  const auto outcome = down->negotiation.take_answer(*description);
  if (!outcome) return refuse(StreamError::Kind::kBadDescription, outcome.error().message);
  if (down->negotiation.remote() != before) {
    send(down->place, set_remote(down->place.transport, *down->negotiation.remote()));
  }
  end_tracks(*down, outcome->ended);
  start_tracks(*down, outcome->started);
  return next_offer(*down);
}

Result<std::optional<std::string>, StreamError> WorkerMediaPlane::restart_down(DownStreamId id) {
  DownStream* down = find_down(id);
  if (down == nullptr) return unknown();
  if (!down->place.worker) return std::nullopt;
  down->negotiation.restart_ice(new_credentials());
  return next_offer(*down);
}

void WorkerMediaPlane::close_down(DownStreamId id) {
  DownStream* down = find_down(id);
  if (down == nullptr) return;
  leave(down->place);
  relays_.release(id);
  downs_.erase(id);
}

std::optional<std::string> WorkerMediaPlane::next_offer(DownStream& down) {
  if (!down.place.worker) return std::nullopt;
  auto offer = down.negotiation.next_offer();
  if (!offer) return std::nullopt;
  if (offer->ice_restarted) {
    send(down.place, restart_ice(down.place.transport, down.negotiation.local().ice));
  }
  return std::move(offer->sdp);
}

void WorkerMediaPlane::end_tracks(DownStream& down, const std::vector<TrackId>& tracks) {
  for (const TrackId track : tracks) {
    send(down.place, close_down_track(track));
    down.statistics.erase(track);
  }
  if (!tracks.empty()) use_relay(down);
}

void WorkerMediaPlane::start_tracks(DownStream& down, const std::vector<DownTrack>& tracks) {
  if (tracks.empty()) return;
  use_relay(down);
  for (const DownTrack& track : tracks) {
    send(down.place, open_down_track(down.place.transport, track, on_lowest_layer(down, track)));
  }
}

bool WorkerMediaPlane::on_lowest_layer(const DownStream& down, const DownTrack& track) const {
  return down.lowest_spatial_layer && track.source.kind == MediaKind::kVideo;
}

/// Has the tracks this receiver gets brought to its worker.
void WorkerMediaPlane::use_relay(DownStream& down) {
  const UpStream* up = find_up(down.source);
  if (up == nullptr || !up->place.worker || !down.place.worker) return relays_.release(down.id);
  std::vector<RelayedTrack> tracks;
  for (const DownTrack& running : down.negotiation.running()) {
    const UpTrack* track = up->find(running.source.id);
    if (track == nullptr || !track->started()) continue;
    tracks.push_back(
        {0, track->id, track->description.kind, track->codec(), track->description.rid});
  }
  relays_.use(down.id, {up->id, *up->place.worker, *down.place.worker}, std::move(tracks));
}

}  // namespace halcyon::signald
