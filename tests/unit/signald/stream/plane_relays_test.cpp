// Receivers on another worker than the publisher's.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("receivers on another worker are fed by one relay with the tracks they use") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp, "chromium-simulcast");
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.b.state.transports.size() == 2);
  CHECK(w.b.state.down_tracks.size() == 4);
  REQUIRE(w.a.state.relays.size() == 1);
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 2);
  const auto tracks = w.plane.started_tracks(kUp);
  const auto offer = w.plane.update_down(DownStreamId(12), {{tracks[0].id, tracks[2].id}, false});
  REQUIRE(w.plane.answer_down(DownStreamId(12), PlaneBench::accepting(**offer)).has_value());
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 3);
  w.plane.close_down(kDown);
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 2);
  w.plane.close_down(DownStreamId(12));
  CHECK(w.a.state.relays.empty());
  CHECK(w.b.state == FakeWorker::State());
}

TEST_CASE("a track that starts late joins the relay when a receiver takes it") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp);
  const auto tracks = w.a.state.up_tracks;
  w.started(w.a, tracks.begin()->first, tracks.begin()->second.ssrc == 2882155379 ? 96 : 111);
  w.subscribe(kDown, kUp);
  CHECK(w.b.state.relays.begin()->second.tracks.size() == 1);
  w.start_all(w.a);
  const auto offer = w.plane.update_down(kDown, w.everything(kUp));
  REQUIRE(w.plane.answer_down(kDown, PlaneBench::accepting(**offer)).has_value());
  CHECK(w.b.state.relays.begin()->second.tracks.size() == 2);
  CHECK(w.b.state.down_tracks.size() == 2);
}
