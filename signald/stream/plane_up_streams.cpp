#include <spdlog/spdlog.h>

#include <algorithm>

#include "signald/sdp/sdp_parser.h"
#include "signald/stream/worker_media_plane.h"

// The part of WorkerMediaPlane that deals with publishers.
namespace halcyon::signald {
namespace {

tl::unexpected<StreamError> refuse(StreamError::Kind kind, std::string text) {
  return tl::unexpected(StreamError{kind, std::move(text)});
}

}  // namespace

Result<std::string, StreamError> WorkerMediaPlane::open_up(UpStreamId id, std::string_view offer,
                                                           const std::vector<std::string>& codecs,
                                                           std::string_view label) {
  for (const std::string& name : codecs) {
    if (!is_codec_name(name)) spdlog::warn("unknown codec \"{}\" in a group is skipped", name);
  }
  UpNegotiation negotiation(registered_codecs(codecs), random_.u64());
  UpStream up{id, std::move(negotiation), std::string(label), {}, {}, false, {}};
  auto answer = apply_offer(up, offer);
  if (answer) {
    close_up(id);
    ups_.insert_or_assign(id, std::move(up));
  }
  return answer;
}

Result<std::string, StreamError> WorkerMediaPlane::renegotiate_up(UpStreamId id,
                                                                  std::string_view offer) {
  UpStream* up = find_up(id);
  if (up == nullptr) return refuse(StreamError::Kind::kUnknownStream, "unknown stream");
  return apply_offer(*up, offer);
}

Result<std::string, StreamError> WorkerMediaPlane::apply_offer(UpStream& up,
                                                               std::string_view offer) {
  const auto description = sdp::parse_session_description(offer);
  if (!description) {
    return refuse(StreamError::Kind::kBadDescription, description.error().message);
  }
  UpNegotiation next = up.negotiation;
  const auto change = next.take_offer(*description);
  if (!change) return refuse(StreamError::Kind::kBadDescription, change.error().message);
  const bool keep = keeps_transport(up, *change);
  Worker* worker = worker_for_offer(up, next, keep);
  if (next.remote() && worker == nullptr) {
    return refuse(StreamError::Kind::kNoWorker, "no media worker is available");
  }
  const std::optional<RemoteTransport> before = up.negotiation.remote();
  up.negotiation = std::move(next);
  if (!up.negotiation.remote()) {
    relays_.close_stream(up.id);
    leave(up.place);
    up.tracks.clear();
  } else if (keep) {
    continue_transport(up, *change, before);
  } else {
    begin_transport(up, *worker);
  }
  return up.negotiation.answer(up.local);
}

bool WorkerMediaPlane::keeps_transport(const UpStream& up, const UpNegotiation::Change& change) {
  return up.place.worker.has_value() && !up.place.stranded && !up.broken && !change.new_association;
}

Worker* WorkerMediaPlane::worker_for_offer(const UpStream& up, const UpNegotiation& next,
                                           bool keep) {
  if (!next.remote()) return nullptr;
  if (keep) return workers_.find(*up.place.worker);
  // After a failed handshake only another certificate makes the peer begin a new one.
  return workers_.for_publisher(up.broken ? up.place.worker : std::nullopt);
}

void WorkerMediaPlane::begin_transport(UpStream& up, Worker& worker) {
  relays_.close_stream(up.id);
  leave(up.place);
  up.broken = false;
  up.tracks.clear();
  up.first_started = Timestamp::never();
  up.local = place_on(worker, up.place);
  up_transports_[up.place.transport] = up.id;
  worker.send(set_remote(up.place.transport, *up.negotiation.remote()));
  adopt_tracks(up);
}

void WorkerMediaPlane::continue_transport(UpStream& up, const UpNegotiation::Change& change,
                                          const std::optional<RemoteTransport>& before) {
  if (change.ice_restart) {
    up.local.ice = new_credentials();
    send(up.place, restart_ice(up.place.transport, up.local.ice));
  }
  if (up.negotiation.remote() != before) {
    send(up.place, set_remote(up.place.transport, *up.negotiation.remote()));
  }
  adopt_tracks(up);
}

void WorkerMediaPlane::adopt_tracks(UpStream& up) {
  std::vector<UpTrack> tracks;
  for (const UpTrackDescription& description : up.negotiation.tracks()) {
    const auto same = std::find_if(up.tracks.begin(), up.tracks.end(), [&](const UpTrack& track) {
      return track.description.same_source(description);
    });
    if (same != up.tracks.end()) {
      tracks.push_back(std::move(*same));
      tracks.back().description = description;
      up.tracks.erase(same);
      continue;
    }
    tracks.push_back({TrackId(random_.u64()), description, std::nullopt, {}});
  }
  for (const UpTrack& gone : up.tracks) send(up.place, close_up_track(gone.id));
  // The same command again changes nothing, so those that stay may be sent too; only new ones need
  // it.
  for (const UpTrack& track : tracks) {
    if (!track.started()) {
      send(up.place, open_up_track(up.place.transport, track.id, track.description));
    }
  }
  up.tracks = std::move(tracks);
}

void WorkerMediaPlane::close_up(UpStreamId id) {
  UpStream* up = find_up(id);
  if (up == nullptr) return;
  relays_.close_stream(id);
  leave(up->place);
  ups_.erase(id);
}

std::vector<UpTrackInfo> WorkerMediaPlane::started_tracks(UpStreamId id) const {
  std::vector<UpTrackInfo> tracks;
  const UpStream* up = find_up(id);
  if (up == nullptr) return tracks;
  for (const MediaKind kind : {MediaKind::kAudio, MediaKind::kVideo}) {
    for (const UpTrack& track : up->tracks) {
      if (track.description.kind == kind && track.started()) {
        tracks.push_back({track.id, kind, track.description.rid});
      }
    }
  }
  return tracks;
}

bool WorkerMediaPlane::has_silent_tracks(UpStreamId id) const {
  const UpStream* up = find_up(id);
  return up != nullptr && !up->all_started();
}

}  // namespace halcyon::signald
