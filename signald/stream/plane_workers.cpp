#include <spdlog/spdlog.h>

#include <algorithm>

#include "signald/stream/worker_media_plane.h"

// The part of WorkerMediaPlane that deals with workers and what they report.
namespace halcyon::signald {

void WorkerMediaPlane::worker_connected(const ipc::Hello& hello, WorkerLink& link, Timestamp now) {
  const WorkerInstance instance(hello.worker_instance());
  Worker* worker = workers_.find(instance);
  if (worker != nullptr) {
    worker->link = &link;
  } else {
    // A new run under the same name means that the old one is over, whatever its connection says.
    if (const Worker* old = workers_.find(hello.worker_name())) worker_lost(old->instance, now);
    worker = &workers_.add(hello, link);
  }
  worker->send(welcome(instance_, worker->index));
  repeat_state(*worker);
  if (worker->draining) worker->send(drain());
  worker->send(state_complete());
  tell_stranded(now);
}

void WorkerMediaPlane::repeat_state(Worker& worker) {
  const auto here = [&](const Placement& place) { return place.worker == worker.instance; };
  for (const auto& [id, up] : ups_) {
    if (here(up.place)) repeat_up(worker, up);
  }
  // Down tracks need their sources, hence after up tracks and relays.
  relays_.repeat_state(worker);
  for (const auto& [id, down] : downs_) {
    if (here(down.place)) repeat_down(worker, down);
  }
}

/// A worker that knows the transport ignores the first command, and the second unless it missed a
/// restart.
void WorkerMediaPlane::repeat_transport(Worker& worker, TransportId id,
                                        const sdp::IceCredentials& local) {
  worker.send(open_transport(id, local));
  worker.send(restart_ice(id, local));
}

void WorkerMediaPlane::repeat_up(Worker& worker, const UpStream& up) {
  repeat_transport(worker, up.place.transport, up.local.ice);
  worker.send(set_remote(up.place.transport, *up.negotiation.remote()));
  for (const UpTrack& track : up.tracks) {
    worker.send(open_up_track(up.place.transport, track.id, track.description));
  }
}

void WorkerMediaPlane::repeat_down(Worker& worker, const DownStream& down) {
  repeat_transport(worker, down.place.transport, down.negotiation.local().ice);
  if (!down.negotiation.remote()) return;
  worker.send(set_remote(down.place.transport, *down.negotiation.remote()));
  for (const DownTrack& track : down.negotiation.running()) {
    const bool lowest = on_lowest_layer(down, track);
    worker.send(open_down_track(down.place.transport, track, lowest));
    worker.send(update_down_track(track.id, lowest));
  }
}

void WorkerMediaPlane::worker_disconnected(WorkerInstance instance) {
  if (Worker* worker = workers_.find(instance)) worker->link = nullptr;
}

void WorkerMediaPlane::worker_lost(WorkerInstance instance, Timestamp now) {
  if (workers_.find(instance) == nullptr) return;
  relays_.worker_gone(instance);
  for (auto& [id, up] : ups_) {
    if (up.place.worker != instance) continue;
    up_transports_.erase(up.place.transport);
    up.place.worker.reset();
    up.place.stranded = true;
    up.first_started = Timestamp::never();
    for (UpTrack& track : up.tracks) track.payload_type.reset();
  }
  for (auto& [id, down] : downs_) {
    if (down.place.worker != instance) continue;
    down_transports_.erase(down.place.transport);
    down.place.worker.reset();
    down.place.stranded = true;
  }
  workers_.remove(instance);
  tell_stranded(now);
}

void WorkerMediaPlane::worker_message(WorkerInstance instance, const ipc::MediaToSignal& message,
                                      Timestamp now) {
  Worker* worker = workers_.find(instance);
  if (worker == nullptr) return;
  switch (message.body_case()) {
    case ipc::MediaToSignal::kTransportStateChanged:
      return take_state(message.transport_state_changed(), now);
    case ipc::MediaToSignal::kUpTrackStarted:
      return take_started(message.up_track_started(), now);
    case ipc::MediaToSignal::kCommandFailed:
      return take_failure(*worker, message.command_failed(), now);
    case ipc::MediaToSignal::kStatistics:
      take_statistics(*worker, message.statistics(), now);
      return tell_stranded(now);
    case ipc::MediaToSignal::kDrainRequested:
      begin_drain(*worker);
      return tell_stranded(now);
    case ipc::MediaToSignal::kDrained:
      spdlog::info("worker {} is empty and leaves", worker->name);
      return;
    case ipc::MediaToSignal::kHello:
    case ipc::MediaToSignal::BODY_NOT_SET:
      return;  // of a newer version, or none of ours to see
  }
}

void WorkerMediaPlane::take_state(const ipc::TransportStateChanged& event, Timestamp now) {
  using State = ipc::TransportStateChanged;
  const TransportId transport(event.transport_id());
  UpStream* up = up_of(transport);
  DownStream* down = down_of(transport);
  const bool failed = event.state() == State::FAILED || event.state() == State::DTLS_FAILED;
  if (failed) spdlog::debug("transport {:x} failed: {}", transport.value(), event.reason());
  if (up != nullptr) {
    if (event.state() == State::CONNECTED) up->place.failures = 0;
    if (failed) up_failed(*up, event.state() == State::DTLS_FAILED, now);
  } else if (down != nullptr) {
    if (event.state() == State::CONNECTED) down->place.failures = 0;
    if (failed) down_failed(*down, now);
  }
}

void WorkerMediaPlane::up_failed(UpStream& up, bool broken, Timestamp now) {
  up.broken = up.broken || broken;
  if (++up.place.failures > kMaxFailures || listener_ == nullptr) return;
  listener_->up_needs_offer(up.id, now);
}

void WorkerMediaPlane::down_failed(DownStream& down, Timestamp now) {
  if (++down.place.failures > kMaxFailures || listener_ == nullptr) return;
  listener_->down_failed(down.id, now);
}

void WorkerMediaPlane::take_started(const ipc::UpTrackStarted& event, Timestamp now) {
  UpStream* up = up_of(TransportId(event.transport_id()));
  UpTrack* track = up == nullptr ? nullptr : up->find(TrackId(event.track_id()));
  if (track == nullptr) return;  // closed while the event was under way
  const auto& codecs = track->description.codecs;
  const bool known = std::any_of(codecs.begin(), codecs.end(), [&](const NegotiatedCodec& codec) {
    return codec.payload_type == event.payload_type();
  });
  if (!known) {
    spdlog::warn("a worker reports payload type {}, which was not negotiated, for track {:x}",
                 event.payload_type(), track->id.value());
    return;
  }
  if (track->payload_type == event.payload_type()) return;
  track->payload_type = static_cast<std::uint8_t>(event.payload_type());
  if (up->first_started.is_never()) up->first_started = now;
  if (listener_ != nullptr) listener_->up_tracks_changed(up->id, now);
  tell_stranded(now);
}

void WorkerMediaPlane::take_failure(Worker& worker, const ipc::CommandFailed& event,
                                    Timestamp now) {
  spdlog::warn("worker {} could not do {} for {:x}: {}", worker.name, event.command(), event.id(),
               event.reason());
  if (event.command() == "open_transport") worker.resting_reports = kReportsOfRest;
  const TransportId transport(event.id());
  if (UpStream* up = up_of(transport)) {
    up_failed(*up, true, now);
  } else if (DownStream* down = down_of(transport)) {
    down->place.stranded = ++down->place.failures <= kMaxFailures;
    tell_stranded(now);
  }
}

void WorkerMediaPlane::take_statistics(Worker& worker, const ipc::Statistics& statistics,
                                       Timestamp now) {
  workers_.take_statistics(worker, statistics, now);
  for (const ipc::UpTrackStatistics& report : statistics.up()) {
    UpStream* up = up_of(TransportId(report.transport_id()));
    UpTrack* track = up == nullptr ? nullptr : up->find(TrackId(report.track_id()));
    if (track == nullptr) continue;
    TrackStatistics& s = track->statistics;
    s.bitrate = report.bitrate();
    s.max_bitrate = report.max_bitrate();
    s.loss = report.loss();
    s.jitter_ms = report.jitter_ms();
    s.packets = report.packets();
    s.bytes = report.bytes();
    s.nacked = report.nacked();
  }
  for (const ipc::DownTrackStatistics& report : statistics.down()) {
    DownStream* down = down_of(TransportId(report.transport_id()));
    if (down == nullptr) continue;
    TrackStatistics& s = down->statistics[TrackId(report.track_id())];
    s.bitrate = report.bitrate();
    s.max_bitrate = report.max_bitrate();
    s.loss = report.loss();
    s.jitter_ms = report.jitter_ms();
    s.rtt_ms = report.rtt_ms();
    s.spatial_layer = report.spatial_layer();
    s.max_spatial_layer = report.max_spatial_layer();
    s.temporal_layer = report.temporal_layer();
    s.max_temporal_layer = report.max_temporal_layer();
    s.packets = report.packets();
    s.bytes = report.bytes();
    s.retransmissions = report.retransmissions();
  }
}

void WorkerMediaPlane::begin_drain(Worker& worker) {
  if (!worker.draining) spdlog::info("worker {} drains: its streams move", worker.name);
  worker.draining = true;
  worker.send(drain());
  const auto strand = [&](Placement& place) {
    if (place.worker == worker.instance) place.stranded = true;
  };
  for (auto& [id, up] : ups_) strand(up.place);
  for (auto& [id, down] : downs_) strand(down.place);
}

bool WorkerMediaPlane::has_settled(const UpStream& up, Timestamp now) const {
  if (up.place.stranded || !up.place.worker || !up.any_started()) return false;
  return up.all_started() || now - up.first_started >= kMovedStreamSettles;
}

void WorkerMediaPlane::tell_stranded(Timestamp now) {
  if (listener_ == nullptr || !workers_.has_usable()) return;
  // The listener may call back and change the maps, hence ids first.
  std::vector<UpStreamId> ups;
  for (auto& [id, up] : ups_) {
    if (!up.place.stranded || up.place.told) continue;
    up.place.told = true;
    ups.push_back(id);
  }
  for (const UpStreamId id : ups) {
    if (find_up(id) != nullptr) listener_->up_needs_offer(id, now);
  }
  std::vector<DownStreamId> downs;
  for (auto& [id, down] : downs_) {
    if (!down.place.stranded || down.place.told) continue;
    const UpStream* source = find_up(down.source);
    if (source == nullptr || !has_settled(*source, now)) continue;
    down.place.told = true;
    downs.push_back(id);
  }
  for (const DownStreamId id : downs) {
    if (find_down(id) != nullptr) listener_->down_lost(id, now);
  }
}

}  // namespace halcyon::signald
