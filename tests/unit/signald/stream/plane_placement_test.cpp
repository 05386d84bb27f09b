// Workers that take no more.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a draining worker gets no transports and loses those it has") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  ipc::MediaToSignal drain;
  drain.mutable_drain_requested();
  w.event(w.a, drain);
  CHECK(w.a.state.draining);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.started_tracks(kUp).size() == 2);  // media flows until it has moved
  w.publish(UpStreamId(2));
  CHECK(w.b.state.transports.size() == 1);

  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  w.start_all(w.b);
  CHECK(w.heard("lost 11"));
  w.plane.close_down(kDown);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.a.state.transports.empty());
  CHECK(w.b.state.down_tracks.size() == 2);
  // A second request changes nothing.
  w.told.clear();
  w.event(w.a, drain);
  CHECK(w.told.empty());
}

TEST_CASE("a worker that refuses transports rests while others work") {
  TwoWorkers w;
  w.publish(kUp);
  const auto refuse = [&] {
    ipc::MediaToSignal message;
    message.mutable_command_failed()->set_command("open_transport");
    message.mutable_command_failed()->set_id(w.a.state.transports.begin()->first);
    w.event(w.a, message);
  };
  w.told.clear();
  refuse();
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  CHECK(w.b.state.up_tracks.size() == 2);
  w.publish(UpStreamId(2));
  CHECK(w.a.state.transports.empty());
  for (int i = 0; i < kReportsOfRest; ++i) w.statistics(w.a, 0);
  w.publish(UpStreamId(3));
  CHECK(w.a.state.transports.size() == 1);
}

TEST_CASE("a receiver whose transport the worker refuses is moved") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  const auto up = w.a.state.transports.begin()->first;
  w.subscribe(kDown, kUp);
  ipc::MediaToSignal message;
  message.mutable_command_failed()->set_command("open_transport");
  for (const auto& [id, transport] : w.a.state.transports) {
    if (id != up) message.mutable_command_failed()->set_id(id);
  }
  w.event(w.a, message);
  CHECK(w.heard("lost 11"));
}
