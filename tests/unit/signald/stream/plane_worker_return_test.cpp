// A worker whose connection breaks and comes back.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a worker that connects again is told everything anew") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp, "chromium-simulcast");
  w.publish(UpStreamId(2), "firefox-camera");
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  auto lowest = w.everything(kUp);
  lowest.lowest_spatial_layer = true;
  REQUIRE(w.plane.update_down(kDown, lowest).has_value());
  REQUIRE(w.plane.restart_down(kDown).has_value());
  for (FakeWorker* worker : {&w.a, &w.b}) {
    CAPTURE(worker->hello.worker_name());
    const auto before = worker->state;
    CHECK_FALSE(before == FakeWorker::State());
    w.plane.worker_disconnected(WorkerInstance(worker->hello.worker_instance()));
    worker->forget();
    w.connect(*worker);
    CHECK(worker->state == before);
    CHECK(worker->state_completes == 2);
  }
  CHECK(std::none_of(w.told.begin(), w.told.end(), [](const std::string& what) {
    return what.starts_with("lost") || what.starts_with("offer");
  }));
}

TEST_CASE("what is decided while a worker is away reaches it when it is back") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.plane.worker_disconnected(WorkerInstance(1));
  w.plane.close_down(kDown);
  CHECK(w.a.state.down_tracks.size() == 2);
  w.a.forget();
  w.connect(w.a);
  CHECK(w.a.state.down_tracks.empty());
  CHECK(w.a.state.transports.size() == 1);
}

TEST_CASE("a restart and a layer decided while a worker is away reach one that kept its state") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.plane.worker_disconnected(WorkerInstance(1));
  const auto offer = w.plane.restart_down(kDown);
  REQUIRE(offer->has_value());
  auto selection = w.everything(kUp);
  selection.lowest_spatial_layer = true;
  REQUIRE(w.plane.update_down(kDown, selection).has_value());
  w.connect(w.a);
  const auto fresh = sdp::parse_session_description(**offer)->sections[0].ice.ufrag;
  CHECK(std::any_of(w.a.state.transports.begin(), w.a.state.transports.end(),
                    [&](const auto& t) { return t.second.ufrag == fresh; }));
  CHECK(std::any_of(w.a.state.down_tracks.begin(), w.a.state.down_tracks.end(),
                    [](const auto& t) { return t.second.lowest; }));
}
