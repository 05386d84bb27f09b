// The rest: welcome, statistics, candidates, and random histories.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a worker is welcomed, and its state is complete") {
  OneWorker w;
  CHECK(w.a.welcomed.protocol_version() == kIpcProtocolVersion);
  CHECK(w.a.welcomed.statistics_interval_ms() == 1000);
  CHECK(w.a.state_completes == 1);
}

TEST_CASE("statistics of tracks and workers can be read") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  ipc::MediaToSignal message;
  auto& statistics = *message.mutable_statistics();
  statistics.set_cpu_load(0.25);
  (*statistics.mutable_drops())["too old"] = 3;
  const auto tracks = w.plane.started_tracks(kUp);
  auto& up = *statistics.add_up();
  up.set_track_id(tracks[1].id.value());
  up.set_transport_id(w.a.state.up_tracks.at(tracks[1].id.value()).transport);
  up.set_bitrate(700000);
  for (const auto& [id, track] : w.a.state.down_tracks) {
    auto& down = *statistics.add_down();
    down.set_track_id(id);
    down.set_transport_id(track.transport);
    down.set_rtt_ms(12.5);
    down.set_max_spatial_layer(2);
  }
  auto& unknown = *statistics.add_up();
  unknown.set_track_id(1);
  w.event(w.a, message);
  const auto ups = w.plane.up_statistics(kUp);
  REQUIRE(ups.size() == 2);
  CHECK(ups[0].bitrate == 0);
  CHECK(ups[1].bitrate == 700000);
  CHECK(ups[1].kind == MediaKind::kVideo);
  const auto downs = w.plane.down_statistics(kDown);
  REQUIRE(downs.size() == 2);
  CHECK(downs[0].rtt_ms == 12.5);
  CHECK(downs[1].max_spatial_layer == 2);
  CHECK(downs[1].track == tracks[1].id);
  const auto workers = w.plane.worker_statistics();
  REQUIRE(workers.size() == 1);
  CHECK(workers[0].cpu_load == 0.25);
  CHECK(workers[0].transports == 2);
  CHECK(workers[0].drops.front().first == "too old");
  CHECK(w.plane.up_statistics(UpStreamId(5)).empty());
}

TEST_CASE("candidates are judged by their syntax only") {
  PlaneBench w;
  CHECK(w.plane.accept_candidate(""));
  CHECK(w.plane.accept_candidate(
      "candidate:1 1 UDP 1 da31649b-df27-4ff6-93c2-2c886cd9d2c1.local 9 typ host"));
  CHECK_FALSE(w.plane.accept_candidate("candidate:"));
}

TEST_CASE("random histories leave workers with exactly the state the plane would repeat") {
  SeededRandom dice(42);
  for (int round = 0; round < 20; ++round) {
    PlaneBench w(round % 2 == 0 ? PlacementMode::kSpread : PlacementMode::kNear);
    FakeWorker a("0", 1, 5000), b("1", 2, 5001), c("2", 3, 5002);
    FakeWorker* workers[] = {&a, &b, &c};
    for (FakeWorker* worker : workers) w.connect(*worker);
    std::uint64_t next_down = 100;
    std::vector<DownStreamId> downs;
    const std::string offers[] = {"chromium-camera", "chromium-simulcast", "chromium-screenshare",
                                  "wrtc-camera"};
    for (int step = 0; step < 60; ++step) {
      const UpStreamId up(1 + dice.u32() % 4);
      switch (dice.u32() % 7) {
        case 0:
          w.plane.close_up(up);
          w.publish(up, offers[dice.u32() % 4]);
          break;
        case 1:
          w.start_all(*workers[dice.u32() % 3]);
          break;
        case 2: {
          const DownStreamId id(next_down++);
          const auto offer = w.plane.open_down(id, up, w.everything(up));
          if (!offer) break;
          downs.push_back(id);
          if (dice.u32() % 4 != 0) {
            CHECK(w.plane.answer_down(id, PlaneBench::accepting(*offer)).has_value());
          }
          break;
        }
        case 3: {
          if (downs.empty()) break;
          const DownStreamId id = downs[dice.u32() % downs.size()];
          auto tracks = w.everything(up);
          tracks.lowest_spatial_layer = dice.u32() % 2 == 0;
          if (tracks.tracks.size() > 1) tracks.tracks.pop_back();
          const auto offer = w.plane.update_down(id, tracks);
          if (offer && *offer) {
            CHECK(w.plane.answer_down(id, PlaneBench::accepting(**offer)).has_value());
          }
          break;
        }
        case 4:
          if (downs.empty()) break;
          w.plane.close_down(downs.back());
          downs.pop_back();
          break;
        case 5:
          (void)w.plane.renegotiate_up(up, sdp::recorded(offers[dice.u32() % 4]));
          break;
        default: {
          FakeWorker& worker = *workers[dice.u32() % 3];
          w.plane.worker_disconnected(WorkerInstance(worker.hello.worker_instance()));
          const auto before = worker.state;
          worker.forget();
          w.connect(worker);
          CHECK(worker.state.transports == before.transports);
          CHECK(worker.state.up_tracks == before.up_tracks);
          CHECK(worker.state.relays == before.relays);
        }
      }
    }
    for (const DownStreamId id : downs) w.plane.close_down(id);
    for (std::uint64_t id = 1; id <= 4; ++id) w.plane.close_up(UpStreamId(id));
    for (FakeWorker* worker : workers) CHECK(worker->state == FakeWorker::State());
    for (const auto& worker : w.plane.worker_statistics()) CHECK(worker.transports == 0);
  }
}
