// Offers of publishers, and what workers are told of them.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("publishing opens a transport with the tracks of the offer") {
  OneWorker w;
  const auto answer = w.publish(kUp, "chromium-simulcast");
  REQUIRE(w.a.state.transports.size() == 1);
  const auto& transport = w.a.state.transports.begin()->second;
  CHECK(transport.ufrag == answer.sections[0].ice.ufrag);
  CHECK(transport.remote_ufrag == "b4RF");
  CHECK(transport.dtls_role == ipc::DTLS_CLIENT);
  CHECK(transport.mid_extension == 4);
  CHECK(w.a.state.up_tracks.size() == 3);
  CHECK(answer.fingerprints[0].digest == std::vector<std::uint8_t>(32, 1));
  CHECK(answer.sections[0].candidates.size() == 4);
  CHECK(answer.sections[0].candidates[0].port == 5000);
}

TEST_CASE("without a worker an offer is refused, and a bad one leaves nothing behind") {
  PlaneBench w;
  auto answer = w.plane.open_up(kUp, sdp::recorded("chromium-camera"), {}, "");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == StreamError::Kind::kNoWorker);
  FakeWorker a("0", 1, 5000);
  w.connect(a);
  answer = w.plane.open_up(kUp, "v=0\r\nm=x\r\n", {}, "");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == StreamError::Kind::kBadDescription);
  CHECK(a.state.transports.empty());
  CHECK(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).error().kind ==
        StreamError::Kind::kUnknownStream);
}

TEST_CASE("an offer with nothing to accept is answered without a transport") {
  OneWorker w;
  const auto answer = w.plane.open_up(kUp, sdp::recorded("chromium-audio-only"), {"vp8"}, "camera");
  REQUIRE(answer.has_value());
  CHECK(answer->find("m=audio 0 ") != std::string::npos);
  CHECK(w.a.state.transports.empty());
  CHECK_FALSE(w.plane.has_silent_tracks(kUp));
  w.plane.close_up(kUp);
}

TEST_CASE("tracks exist from their first packet, in the order of the SDP") {
  OneWorker w;
  w.publish(kUp, "chromium-simulcast");
  CHECK(w.plane.started_tracks(kUp).empty());
  CHECK(w.plane.has_silent_tracks(kUp));
  std::map<std::string, std::uint64_t> by_rid;
  for (const auto& [id, track] : w.a.state.up_tracks) by_rid[track.rid] = id;
  w.started(w.a, by_rid["l"], 96);
  CHECK(w.heard("tracks 1"));
  w.started(w.a, by_rid["h"], 96);
  w.started(w.a, by_rid[""], 111);
  const auto tracks = w.plane.started_tracks(kUp);
  REQUIRE(tracks.size() == 3);
  CHECK(tracks[0].kind == MediaKind::kAudio);
  CHECK(tracks[1].rid == "h");
  CHECK(tracks[2].rid == "l");
  CHECK_FALSE(w.plane.has_silent_tracks(kUp));
  CHECK(w.told.size() == 3);
  w.started(w.a, by_rid["h"], 96);  // repeated after a reconnect
  CHECK(w.told.size() == 3);
  w.started(w.a, by_rid["h"], 77);  // not negotiated
  CHECK(w.told.size() == 3);
}
