// Workers that die, and where their streams go.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a lost worker's publishers are asked for offers, answered from another worker") {
  TwoWorkers w;
  const auto first = w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  const auto old_tracks = w.plane.started_tracks(kUp);
  w.told.clear();
  w.lose(w.a);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.started_tracks(kUp).empty());
  CHECK(w.plane.has_silent_tracks(kUp));
  CHECK_FALSE(w.plane.update_down(kDown, {{old_tracks[0].id}, false})->has_value());

  const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera"));
  REQUIRE(answer.has_value());
  const auto second = *sdp::parse_session_description(*answer);
  CHECK(second.fingerprints != first.fingerprints);
  CHECK(second.sections[0].ice.ufrag != first.sections[0].ice.ufrag);
  CHECK(w.b.state.transports.size() == 1);
  CHECK(w.b.state.up_tracks.size() == 2);
  CHECK_FALSE(w.b.state.up_tracks.contains(old_tracks[0].id.value()));

  // Its receivers move once, when the stream is there again.
  CHECK_FALSE(w.heard("lost 11"));
  w.start_all(w.b);
  CHECK(w.heard("lost 11"));
  w.plane.close_down(kDown);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.b.state.down_tracks.size() == 2);
}

TEST_CASE("receivers of a stream that moved do not wait long for a track that stays silent") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.lose(w.a);
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  const auto tracks = w.b.state.up_tracks;
  w.started(w.b, tracks.begin()->first, tracks.begin()->second.ssrc == 2882155379 ? 96 : 111);
  CHECK_FALSE(w.heard("lost 11"));
  w.now = w.now + kMovedStreamSettles;
  w.statistics(w.b, 0.1);
  CHECK(w.heard("lost 11"));
}

TEST_CASE("receivers on a lost worker move at once when their source lives elsewhere") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  w.on_lost = [&](DownStreamId id) {
    // As the protocol does it: inside the call.
    w.plane.close_down(id);
    w.subscribe(DownStreamId(12), kUp);
  };
  w.lose(w.b);
  CHECK(w.told == std::vector<std::string>{"lost 11"});
  CHECK(w.a.state.relays.empty());
  CHECK(w.a.state.down_tracks.size() == 2);
  CHECK(w.plane.started_tracks(kUp).size() == 2);
}

TEST_CASE("receivers elsewhere keep their transport when the publisher's worker is lost") {
  PlaneBench w(PlacementMode::kSpread);
  FakeWorker a("0", 1, 5000), b("1", 2, 5001), c("2", 3, 5002);
  for (FakeWorker* worker : {&a, &b, &c}) w.connect(*worker);
  w.publish(kUp);
  w.start_all(a);
  w.subscribe(kDown, kUp);
  REQUIRE(b.state.down_tracks.size() == 2);
  w.told.clear();
  w.lose(a);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(b.state.relays.empty());
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  FakeWorker& home = b.state.up_tracks.empty() ? c : b;
  w.start_all(home);
  const auto offer = w.plane.update_down(kDown, w.everything(kUp));
  REQUIRE(offer->has_value());
  REQUIRE(w.plane.answer_down(kDown, PlaneBench::accepting(**offer)).has_value());
  CHECK(b.state.down_tracks.size() == 2);
  CHECK(c.state.relays.size() == 1);
  CHECK_FALSE(w.heard("lost 11"));
  CHECK(b.complaints.empty());
}

TEST_CASE("with no other worker everyone waits for the next one") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  w.lose(w.a);
  CHECK(w.told.empty());
  CHECK(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).error().kind ==
        StreamError::Kind::kNoWorker);
  FakeWorker next("0", 7, 5000);
  w.connect(next);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(next.state == FakeWorker::State());
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  CHECK(next.state.up_tracks.size() == 2);
}

TEST_CASE("a new run under an old name means that the old one is lost") {
  TwoWorkers w;
  w.publish(kUp);
  w.told.clear();
  FakeWorker again("0", 8, 5000);
  w.connect(again);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.worker_statistics().size() == 2);
}
