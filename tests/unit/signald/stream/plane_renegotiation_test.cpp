// Publishers who offer again, by themselves or because media failed.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("renegotiation keeps transport and tracks, an ICE restart renews credentials") {
  OneWorker w;
  w.publish(kUp, "chromium-life-1-video");
  w.start_all(w.a);
  const auto before = w.a.state;
  const auto video = before.up_tracks.begin()->first;
  const auto step = [&](const std::string& name) {
    const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-life-" + name));
    REQUIRE(answer.has_value());
    return *sdp::parse_session_description(*answer);
  };
  step("2-audio-added");
  CHECK(w.a.state.transports == before.transports);
  CHECK(w.a.state.up_tracks.size() == 2);
  CHECK(w.a.state.up_tracks.contains(video));
  CHECK(w.plane.started_tracks(kUp).size() == 1);
  w.start_all(w.a);

  const auto answer = step("3-ice-restart");
  REQUIRE(w.a.state.transports.size() == 1);
  CHECK(w.a.state.transports.begin()->first == before.transports.begin()->first);
  CHECK(w.a.state.transports.begin()->second.ufrag != before.transports.begin()->second.ufrag);
  CHECK(w.a.state.transports.begin()->second.ufrag == answer.sections[0].ice.ufrag);
  CHECK(w.plane.started_tracks(kUp).size() == 2);

  step("4-video-removed");
  CHECK_FALSE(w.a.state.up_tracks.contains(video));
  CHECK(w.plane.started_tracks(kUp).size() == 1);
  step("5-video-stopped");
  step("6-video-recycled");
  CHECK(w.a.state.up_tracks.size() == 2);
  CHECK(w.plane.has_silent_tracks(kUp));
}

TEST_CASE("a refused renegotiation changes nothing") {
  OneWorker w;
  w.publish(kUp);
  const auto before = w.a.state;
  CHECK_FALSE(w.plane.renegotiate_up(kUp, "v=0\r\na=rtpmap").has_value());
  auto plan_b = sdp::parsed("chromium-camera");
  plan_b.sections[1].ssrc_groups.clear();
  CHECK_FALSE(w.plane.renegotiate_up(kUp, sdp::write_session_description(plan_b)).has_value());
  CHECK(w.a.state == before);
}

TEST_CASE("a publisher with another certificate gets a fresh transport") {
  OneWorker w;
  w.publish(kUp, "chromium-camera");
  const auto before = w.a.state.transports.begin()->first;
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("firefox-camera")).has_value());
  REQUIRE(w.a.state.transports.size() == 1);
  CHECK(w.a.state.transports.begin()->first != before);
  CHECK(w.a.state.up_tracks.size() == 2);
}

TEST_CASE("failed ICE asks for an offer or a restart; failed media that never flows is given up") {
  OneWorker w;
  w.publish(kUp);
  const auto up = w.a.state.transports.begin()->first;
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  auto down = up;
  for (const auto& [id, transport] : w.a.state.transports) {
    if (id != up) down = id;
  }
  w.told.clear();
  w.state(w.a, up, ipc::TransportStateChanged::DISCONNECTED);
  CHECK(w.told.empty());
  w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  w.state(w.a, down, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.back() == "failed 11");
  REQUIRE(w.plane.restart_down(kDown)->has_value());

  w.told.clear();
  for (int i = 0; i < 20; ++i) w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.size() == kMaxFailures - 1);
  w.state(w.a, up, ipc::TransportStateChanged::CONNECTED);
  w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.size() == kMaxFailures);
  w.state(w.a, 424242, ipc::TransportStateChanged::FAILED);
}

TEST_CASE("after a failed handshake the next offer is answered with another certificate") {
  TwoWorkers w;
  const auto first = w.publish(kUp);
  const auto transport = w.a.state.transports.begin()->first;
  w.state(w.a, transport, ipc::TransportStateChanged::DTLS_FAILED);
  CHECK(w.heard("offer 1"));
  const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera"));
  REQUIRE(answer.has_value());
  CHECK(w.a.state.transports.empty());
  CHECK(w.b.state.transports.size() == 1);
  CHECK(sdp::parse_session_description(*answer)->fingerprints != first.fingerprints);
}
