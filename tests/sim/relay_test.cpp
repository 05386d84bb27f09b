#include <doctest/doctest.h>

#include <array>
#include <set>

#include "mediad/relay/relay_packet.h"
#include "tests/sim/sim_call.h"

namespace halcyon::sim {
namespace {

using mediad::Drop;
using mediad::DtlsRole;

constexpr std::uint64_t kSeed = 4711;
constexpr std::uint64_t kRelay = 0x1122334455667788;
constexpr Ssrc kPublished{1111};
constexpr Ssrc kForwarded{2222};

/// The publisher (transport 1, track 10) on one worker, a receiver (transport 2, track 20) on the
/// other.
struct TwoWorkers {
  SimNetwork network{kSeed};
  SimWorker source{network, "10.0.0.1", kSeed + 1};
  SimWorker sink{network, "10.0.0.2", kSeed + 2};
  SimCall source_call{network, source, kSeed + 3};
  SimCall sink_call{network, sink, kSeed + 4};
  std::unique_ptr<SimClient> publisher;
  std::unique_ptr<SimClient> receiver;

  TwoWorkers() {
    source.welcome();
    sink.welcome();
    publisher = source_call.connect(1, DtlsRole::kServer);
    source_call.publish_video(1, 10, kPublished);
    sink.command(open_sink());
    source.command(open_source());
    receiver = sink_call.connect(2, DtlsRole::kServer);
    sink_call.subscribe_video(2, 20, 10, kForwarded);
    network.run_for(TimeDelta::seconds(1));
    REQUIRE(publisher->peer().connected());
    REQUIRE(receiver->peer().connected());
  }

  static void add_track(ipc::RelayTrack& track) {
    track.set_index(7);
    track.set_track_id(10);
    track.set_kind(ipc::VIDEO);
    *track.mutable_codec() = vp8_codec();
  }
  ipc::SignalToMedia open_source() const {
    ipc::SignalToMedia c;
    auto& open = *c.mutable_open_relay_source();
    open.set_relay_id(kRelay);
    open.mutable_sink()->set_address(sink.relay_address().ip());
    open.mutable_sink()->set_port(sink.relay_address().port());
    add_track(*open.add_tracks());
    return c;
  }
  ipc::SignalToMedia open_sink() const {
    ipc::SignalToMedia c;
    auto& open = *c.mutable_open_relay_sink();
    open.set_relay_id(kRelay);
    open.mutable_source()->set_address(source.relay_address().ip());
    open.mutable_source()->set_port(source.relay_address().port());
    add_track(*open.add_tracks());
    return c;
  }
};

std::set<std::uint16_t> numbers(const SimPeer& peer) {
  std::set<std::uint16_t> result;
  for (const auto& p : peer.received()) result.insert(p.sequence_number);
  return result;
}

TEST_CASE("a relay carries a stream to another worker's receiver") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(2));
  t.network.run_for(TimeDelta::seconds(3));
  CHECK(numbers(t.receiver->peer()).size() >= 120);
  CHECK(t.receiver->peer().received().front().ssrc == kForwarded);
}

TEST_CASE("loss between workers, and on either side of them, is repaired") {
  TwoWorkers t;
  const Netem::Faults lossy{.loss = 0.05, .delay = TimeDelta::millis(5)};
  t.network.path(t.publisher->address(), t.source.address()).set_faults(lossy);
  t.network.path(t.source.relay_address(), t.sink.relay_address()).set_faults(lossy);
  t.network.path(t.sink.address(), t.receiver->address()).set_faults(lossy);
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(10));
  t.network.run_for(TimeDelta::seconds(12));
  CHECK(numbers(t.receiver->peer()).size() >= 595);
}

TEST_CASE("a keyframe that a relayed receiver needs is asked from the publisher") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(8));
  t.network.run_for(TimeDelta::seconds(4));
  const unsigned plis = t.publisher->peer().rtcp().plis;
  auto late = t.sink_call.connect(3, DtlsRole::kServer);
  t.sink_call.subscribe_video(3, 30, 10, Ssrc(3333));
  t.network.run_for(TimeDelta::seconds(2));
  CHECK(t.publisher->peer().rtcp().plis == plis + 1);
  bool keyframe = false;
  for (const auto& p : late->peer().received()) {
    keyframe = keyframe || ((p.payload[0] & 0x10) != 0 && (p.payload[4] & 1) == 0);
  }
  CHECK(keyframe);
}

TEST_CASE("a relay that opens late replays the keyframe that is recent") {
  SimNetwork network(kSeed);
  SimWorker source(network, "10.0.0.1", kSeed);
  SimWorker sink(network, "10.0.0.2", kSeed);
  SimCall call(network, source, kSeed);
  SimCall sink_call(network, sink, kSeed);
  source.welcome();
  sink.welcome();
  auto publisher = call.connect(1, DtlsRole::kServer);
  call.publish_video(1, 10, kPublished);
  auto receiver = sink_call.connect(2, DtlsRole::kServer);
  sink_call.subscribe_video(2, 20, 10, kForwarded);
  network.run_for(TimeDelta::seconds(1));
  publisher->send_video(kPublished, true);
  network.run_for(TimeDelta::millis(100));
  ipc::SignalToMedia c;
  auto& to = *c.mutable_open_relay_sink();
  to.set_relay_id(kRelay);
  to.mutable_source()->set_address(source.relay_address().ip());
  to.mutable_source()->set_port(source.relay_address().port());
  TwoWorkers::add_track(*to.add_tracks());
  sink.command(c);
  auto& from = *c.mutable_open_relay_source();
  from.set_relay_id(kRelay);
  from.mutable_sink()->set_address(sink.relay_address().ip());
  from.mutable_sink()->set_port(sink.relay_address().port());
  TwoWorkers::add_track(*from.add_tracks());
  source.command(c);
  network.run_for(TimeDelta::millis(100));
  CHECK(receiver->peer().received().size() == 2);
}

TEST_CASE("the publisher's clock and name reach receivers over the relay, their limit comes back") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(5));
  t.network.run_for(TimeDelta::millis(200));
  t.publisher->send_sender_report(kPublished, "alice@example");
  t.network.run_for(TimeDelta::seconds(4));
  const auto& down = t.receiver->peer().rtcp();
  REQUIRE(down.sender_reports.size() >= 6);
  CHECK(down.cnames.at(kForwarded) == "alice@example");
  // 512 kbit/s is what a receiver without estimate may get; without the relay's REMB it would be
  // 204,800.
  CHECK(t.publisher->peer().rtcp().remb >= 500'000);
}

TEST_CASE("relay packets with a foreign id or from a foreign address are dropped and counted") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(1));
  t.network.run_for(TimeDelta::seconds(2));
  const auto before = t.receiver->peer().received().size();
  Bytes packet(100, 0x80);
  mediad::write_relay_header({RelayId(kRelay), mediad::RelayKind::kRtp, 7}, packet);
  t.sink.receive_relay(*SocketAddress::parse("10.0.0.9", 6000), packet);
  CHECK(t.sink.dropped(Drop::kRelayUnknown) == 1);
  mediad::write_relay_header({RelayId(kRelay + 1), mediad::RelayKind::kRtp, 7}, packet);
  t.sink.receive_relay(t.source.relay_address(), packet);
  CHECK(t.sink.dropped(Drop::kRelayUnknown) == 2);
  mediad::write_relay_header({RelayId(kRelay), mediad::RelayKind::kRtp, 8}, packet);
  t.sink.receive_relay(t.source.relay_address(), packet);
  CHECK(t.sink.dropped(Drop::kRelayTrack) == 1);
  t.sink.receive_relay(t.source.relay_address(), Bytes(5, 1));
  CHECK(t.sink.dropped(Drop::kRelayMalformed) == 1);
  CHECK(t.receiver->peer().received().size() == before);
}

TEST_CASE("closing a relay ends its tracks on the sink and the sending on the source") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(10));
  t.network.run_for(TimeDelta::seconds(1));
  ipc::SignalToMedia c;
  c.mutable_close_relay()->set_relay_id(kRelay);
  t.source.command(c);
  t.network.run_for(TimeDelta::millis(50));
  const auto before = t.receiver->peer().received().size();
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.receiver->peer().received().size() == before);
  CHECK(t.sink.dropped(Drop::kRelayUnknown) == 0);
  t.sink.command(c);
  // Opened again, the receiver's track finds its source without being opened anew.
  t.sink.command(t.open_sink());
  t.source.command(t.open_source());
  t.network.run_for(TimeDelta::seconds(2));
  CHECK(t.receiver->peer().received().size() > before + 60);
}

TEST_CASE("a relay's list of tracks may be replaced") {
  TwoWorkers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(10));
  t.network.run_for(TimeDelta::seconds(1));
  auto none = t.open_source();
  none.mutable_open_relay_source()->clear_tracks();
  t.source.command(none);
  t.network.run_for(TimeDelta::millis(50));
  const auto before = t.receiver->peer().received().size();
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.receiver->peer().received().size() == before);
  t.source.command(t.open_source());
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.receiver->peer().received().size() > before + 30);
}

}  // namespace
}  // namespace halcyon::sim
