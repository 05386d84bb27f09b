#include <doctest/doctest.h>

#include "tests/sim/sim_call.h"

namespace halcyon::sim {
namespace {

using ipc::TransportStateChanged;
using mediad::DtlsRole;

constexpr std::uint64_t kSeed = 815;
constexpr Ssrc kPublished{1111};
constexpr Ssrc kForwarded{2222};

struct Call {
  SimNetwork network{kSeed};
  SimWorker worker{network, "10.0.0.1", kSeed + 1};
  SimCall call{network, worker, kSeed + 2};
  std::unique_ptr<SimClient> publisher, receiver;

  Call() {
    worker.welcome();
    publisher = call.connect(1, DtlsRole::kClient);
    call.publish_video(1, 10, kPublished);
    receiver = call.connect(2, DtlsRole::kServer);
    call.subscribe_video(2, 20, 10, kForwarded);
    REQUIRE(network.run_until_true(
        [&] { return publisher->peer().connected() && receiver->peer().connected(); },
        TimeDelta::seconds(5)));
  }
  ipc::Statistics statistics() const { return worker.engine().statistics(network.now()); }
};

TEST_CASE("statistics count handshakes, tracks and transports") {
  Call c;
  CHECK(c.statistics().up_tracks() == 0);  // announced, but silent
  c.publisher->send_video_for(kPublished, TimeDelta::seconds(1));
  c.network.run_for(TimeDelta::seconds(2));
  const ipc::Statistics s = c.statistics();
  CHECK(s.transports() == 2);
  CHECK(s.up_tracks() == 1);
  CHECK(s.down_tracks() == 1);
  CHECK(s.handshakes_started() == 2);
  CHECK(s.handshakes_completed() == 2);
  CHECK(s.handshakes_failed() == 0);
  CHECK(s.relay_packets_received() == 0);
  REQUIRE(s.up_size() == 1);
  CHECK(s.up(0).keyframes() >= 1);
}

TEST_CASE("statistics count what was missed and sent again, and keep it when the tracks are gone") {
  Call c;
  const Netem::Faults lossy{
      .loss = 0.05, .delay = TimeDelta::millis(20), .jitter = TimeDelta::millis(10)};
  c.network.path(c.publisher->address(), c.worker.address()).set_faults(lossy);
  c.network.path(c.worker.address(), c.receiver->address()).set_faults(lossy);
  c.publisher->send_video_for(kPublished, TimeDelta::seconds(10));
  c.network.run_for(TimeDelta::seconds(12));
  const ipc::Statistics s = c.statistics();
  CHECK(s.nacked_by_receivers() > 5);
  CHECK(s.retransmissions() > 5);
  CHECK(s.retransmissions() <= s.nacked_by_receivers());
  CHECK(s.nacked_to_publishers() > 5);
  CHECK(s.down(0).retransmissions() >= s.retransmissions());  // counts those it would have sent
  CHECK(s.up(0).nacked() == s.nacked_to_publishers());

  ipc::SignalToMedia close;
  close.mutable_close_transport()->set_transport_id(2);
  c.worker.command(close);
  close.mutable_close_transport()->set_transport_id(1);
  c.worker.command(close);
  const ipc::Statistics after = c.statistics();
  CHECK(after.up_tracks() == 0);
  CHECK(after.down_tracks() == 0);
  CHECK(after.retransmissions() == s.retransmissions());
}

TEST_CASE("statistics count a handshake that fails, and keyframes that were asked for") {
  Call c;
  c.publisher->send_video_for(kPublished, TimeDelta::seconds(6));
  c.network.run_for(TimeDelta::seconds(3));
  const auto before = c.statistics().keyframe_requests();
  auto late = c.call.connect(3, DtlsRole::kServer);
  c.call.subscribe_video(3, 30, 10, Ssrc(3333));
  c.network.run_for(TimeDelta::seconds(2));
  CHECK(c.statistics().keyframe_requests() == before + 1);
  const auto stranger = c.call.connect(4, DtlsRole::kServer, true);
  c.network.run_for(TimeDelta::seconds(2));
  CHECK(c.worker.state_of(4) == TransportStateChanged::DTLS_FAILED);
  CHECK(c.statistics().handshakes_failed() == 1);
}

}  // namespace
}  // namespace halcyon::sim
