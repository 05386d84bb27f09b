#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "signald/sdp/sdp_writer.h"
#include "signald/stream/worker_media_plane.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"
#include "tests/unit/signald/stream/fake_worker.h"

namespace halcyon::signald {

inline constexpr UpStreamId kUp{1};
inline constexpr DownStreamId kDown{11};

/// A media plane, driven as sessions and workers would, that remembers what it told its listener.
struct PlaneBench : MediaPlane::Listener {
  explicit PlaneBench(PlacementMode mode = PlacementMode::kNear) : plane({mode}, random) {
    plane.set_listener(this);
  }
  void up_tracks_changed(UpStreamId id, Timestamp) override {
    told.push_back("tracks " + std::to_string(id.value()));
  }
  void up_needs_offer(UpStreamId id, Timestamp) override {
    told.push_back("offer " + std::to_string(id.value()));
  }
  void down_failed(DownStreamId id, Timestamp) override {
    told.push_back("failed " + std::to_string(id.value()));
  }
  void down_lost(DownStreamId id, Timestamp) override {
    told.push_back("lost " + std::to_string(id.value()));
    if (on_lost) on_lost(id);
  }

  void connect(FakeWorker& worker) { plane.worker_connected(worker.hello, worker, now); }
  void lose(FakeWorker& worker) {
    plane.worker_lost(WorkerInstance(worker.hello.worker_instance()), now);
  }
  void event(FakeWorker& worker, const ipc::MediaToSignal& message) {
    plane.worker_message(WorkerInstance(worker.hello.worker_instance()), message, now);
  }
  void statistics(FakeWorker& worker, double load) {
    ipc::MediaToSignal message;
    message.mutable_statistics()->set_cpu_load(load);
    event(worker, message);
  }
  void state(FakeWorker& worker, std::uint64_t transport, ipc::TransportStateChanged::State s) {
    ipc::MediaToSignal message;
    message.mutable_transport_state_changed()->set_transport_id(transport);
    message.mutable_transport_state_changed()->set_state(s);
    event(worker, message);
  }
  void started(FakeWorker& worker, std::uint64_t track, std::uint32_t payload_type) {
    ipc::MediaToSignal message;
    auto& m = *message.mutable_up_track_started();
    m.set_transport_id(worker.state.up_tracks.at(track).transport);
    m.set_track_id(track);
    m.set_payload_type(payload_type);
    event(worker, message);
  }
  /// Every up track of the worker that is silent so far gets a packet, audio 111 or video 96 as
  /// Chromium numbers them.
  void start_all(FakeWorker& worker) {
    const auto tracks = worker.state.up_tracks;
    for (const auto& [id, track] : tracks) {
      started(worker, id, 96);
      started(worker, id, 111);
    }
  }
  sdp::SessionDescription publish(UpStreamId id, const std::string& offer = "chromium-camera",
                                  const std::string& label = "camera") {
    const auto answer = plane.open_up(id, sdp::recorded(offer), {}, label);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().text));
    return *sdp::parse_session_description(*answer);
  }
  TrackSelection everything(UpStreamId id) const {
    TrackSelection selection;
    bool has_video = false;
    for (const auto& track : plane.started_tracks(id)) {
      const bool video = track.kind == MediaKind::kVideo;
      if (!video || !has_video) selection.tracks.push_back(track.id);
      has_video = has_video || video;
    }
    return selection;
  }
  static std::string accepting(const std::string& offer) {
    auto answer = *sdp::parse_session_description(offer);
    answer.ice_lite = false;
    for (auto& section : answer.sections) {
      section.setup = sdp::SetupRole::kActive;
      section.ice = {"peer", "peerPassword"};
      section.direction = sdp::reversed(*section.direction);
    }
    return sdp::write_session_description(answer);
  }
  /// Opens a down stream and answers its offer.
  void subscribe(DownStreamId id, UpStreamId source) {
    const auto offer = plane.open_down(id, source, everything(source));
    REQUIRE_MESSAGE(offer.has_value(), (offer ? "" : offer.error().text));
    const auto next = plane.answer_down(id, accepting(*offer));
    REQUIRE(next.has_value());
    CHECK_FALSE(next->has_value());
  }
  bool heard(const std::string& what) const {
    return std::find(told.begin(), told.end(), what) != told.end();
  }

  SeededRandom random{9};
  WorkerMediaPlane plane;
  std::vector<std::string> told;
  std::function<void(DownStreamId)> on_lost;
  Timestamp now = Timestamp::from_ms(1000);
};

struct OneWorker : PlaneBench {
  OneWorker() { connect(a); }
  ~OneWorker() { CHECK(a.complaints == std::vector<std::string>{}); }
  FakeWorker a{"0", 1, 5000};
};

struct TwoWorkers : PlaneBench {
  explicit TwoWorkers(PlacementMode mode = PlacementMode::kNear) : PlaneBench(mode) {
    connect(a);
    connect(b);
  }
  ~TwoWorkers() {
    CHECK(a.complaints == std::vector<std::string>{});
    CHECK(b.complaints == std::vector<std::string>{});
  }
  FakeWorker a{"0", 1, 5000}, b{"1", 2, 5001};
};

}  // namespace halcyon::signald
