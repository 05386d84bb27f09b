#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/sim/sim_call.h"

namespace halcyon::sim {
namespace {

using ipc::TransportStateChanged;
using mediad::Drop;
using mediad::DtlsRole;

constexpr std::uint64_t kSeed = 20261124;
constexpr Ssrc kPublished{1111};
constexpr Ssrc kForwarded{2222};

/// One publisher (transport 1, track 10) and one receiver (transport 2, track 20), connected.
struct TwoPeers {
  SimNetwork network{kSeed};
  SimWorker worker{network, "10.0.0.1", kSeed + 1};
  SimCall call{network, worker, kSeed + 2};
  std::unique_ptr<SimClient> publisher;
  std::unique_ptr<SimClient> receiver;

  TwoPeers() {
    worker.welcome();
    publisher = call.connect(1, DtlsRole::kClient);
    call.publish_video(1, 10, kPublished);
    receiver = call.connect(2, DtlsRole::kServer);
    call.subscribe_video(2, 20, 10, kForwarded);
    REQUIRE(network.run_until_true(
        [&] {
          return worker.state_of(1) == TransportStateChanged::CONNECTED &&
                 worker.state_of(2) == TransportStateChanged::CONNECTED &&
                 publisher->peer().connected() && receiver->peer().connected();
        },
        TimeDelta::seconds(5)));
  }
};

std::set<std::uint16_t> numbers(const SimPeer& peer) {
  std::set<std::uint16_t> result;
  for (const auto& p : peer.received()) result.insert(p.sequence_number);
  return result;
}

std::size_t keyframes(const SimPeer& peer) {
  return static_cast<std::size_t>(
      std::count_if(peer.received().begin(), peer.received().end(), [](const auto& p) {
        return p.payload.size() > 4 && (p.payload[0] & 0x10) != 0 && (p.payload[4] & 1) == 0;
      }));
}

const ipc::UpTrackStarted* started(const SimWorker& worker) {
  for (const auto& e : worker.events()) {
    if (e.has_up_track_started()) return &e.up_track_started();
  }
  return nullptr;
}

TEST_CASE("a publisher's packets reach a receiver, in both DTLS roles, with the receiver's SSRC") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(2));
  t.network.run_for(TimeDelta::seconds(3));
  const auto& received = t.receiver->peer().received();
  REQUIRE(received.size() >= 118);
  CHECK(numbers(t.receiver->peer()).size() == received.size());
  for (const auto& p : received) {
    CHECK(p.ssrc == kForwarded);
    CHECK(p.payload_type == kVp8PayloadType);
  }
  CHECK(received.front().timestamp == 12345);
  REQUIRE(started(t.worker) != nullptr);
  CHECK(started(t.worker)->ssrc() == kPublished.value());
  CHECK(started(t.worker)->payload_type() == kVp8PayloadType);
  CHECK(started(t.worker)->track_id() == 10);
}

TEST_CASE("loss on both paths is repaired by NACK") {
  TwoPeers t;
  const Netem::Faults lossy{
      .loss = 0.05, .delay = TimeDelta::millis(20), .jitter = TimeDelta::millis(10)};
  t.network.path(t.publisher->address(), t.worker.address()).set_faults(lossy);
  t.network.path(t.worker.address(), t.receiver->address()).set_faults(lossy);
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(10));
  t.network.run_for(TimeDelta::seconds(12));
  const auto got = numbers(t.receiver->peer());
  const std::size_t sent = 2 * 301;
  CHECK(t.publisher->peer().rtcp().nacked > 5);
  CHECK(got.size() >= sent - 6);
}

TEST_CASE("a late joiner gets the keyframe again when it is recent") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(5));
  t.network.run_for(TimeDelta::millis(300));
  auto late = t.call.connect(3, DtlsRole::kClient);
  t.call.subscribe_video(3, 30, 10, Ssrc(3333));
  REQUIRE(t.network.run_until_true([&] { return !late->peer().received().empty(); },
                                   TimeDelta::seconds(1)));
  CHECK(late->peer().received().front().timestamp == 12345);
  CHECK(keyframes(late->peer()) == 1);
}

TEST_CASE("a late joiner makes the worker ask for a keyframe when the last one is long ago") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(6));
  t.network.run_for(TimeDelta::seconds(3));
  const unsigned plis = t.publisher->peer().rtcp().plis;
  auto late = t.call.connect(3, DtlsRole::kServer);
  t.call.subscribe_video(3, 30, 10, Ssrc(3333));
  t.network.run_for(TimeDelta::seconds(2));
  CHECK(t.publisher->peer().rtcp().plis == plis + 1);
  CHECK(keyframes(late->peer()) == 1);
}

TEST_CASE("a down track may be opened before its source and gets it when it comes") {
  SimNetwork network(kSeed);
  SimWorker worker(network, "10.0.0.1", kSeed);
  SimCall call(network, worker, kSeed);
  worker.welcome();
  auto receiver = call.connect(2, DtlsRole::kServer);
  call.subscribe_video(2, 20, 10, kForwarded);
  auto publisher = call.connect(1, DtlsRole::kServer);
  call.publish_video(1, 10, kPublished);
  network.run_for(TimeDelta::seconds(1));
  publisher->send_video_for(kPublished, TimeDelta::seconds(1));
  network.run_for(TimeDelta::seconds(1));
  CHECK(receiver->peer().received().size() > 50);
}

TEST_CASE(
    "the publisher gets reports and REMB, the receiver sender reports with the publisher's CNAME") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(4));
  t.network.run_for(TimeDelta::millis(100));
  t.publisher->send_sender_report(kPublished, "alice@example");
  REQUIRE(t.network.run_until_true(
      [&] { return !t.receiver->peer().rtcp().sender_reports.empty(); }, TimeDelta::millis(50)));
  t.network.run_for(TimeDelta::seconds(4));
  const auto& up = t.publisher->peer().rtcp();
  CHECK(up.receiver_reports >= 3);
  CHECK(up.remb >= 204'000);
  const auto& down = t.receiver->peer().rtcp();
  CHECK(down.sender_reports.size() >= 7);
  CHECK(down.sender_reports.back().ssrc == kForwarded);
  CHECK(down.sender_reports.back().packet_count > 100);
  CHECK(down.cnames.at(kForwarded) == "alice@example");
}

TEST_CASE("a peer that vanishes is reported disconnected, then failed when consent expires") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(60));
  t.network.run_for(TimeDelta::seconds(1));
  t.network.path(t.receiver->address(), t.worker.address()).set_faults({.loss = 1});
  t.network.run_for(TimeDelta::seconds(15));
  CHECK(t.worker.state_of(2) == TransportStateChanged::DISCONNECTED);
  t.network.run_for(TimeDelta::seconds(20));
  CHECK(t.worker.state_of(2) == TransportStateChanged::FAILED);
  CHECK(t.worker.state_of(1) == TransportStateChanged::CONNECTED);
  const auto count = t.receiver->peer().received().size();
  t.network.run_for(TimeDelta::seconds(2));
  CHECK(t.receiver->peer().received().size() == count);
}

TEST_CASE("a peer that never comes is reported failed") {
  SimNetwork network(kSeed);
  SimWorker worker(network, "10.0.0.1", kSeed);
  SimCall call(network, worker, kSeed);
  worker.welcome();
  worker.command(call.open_transport(1));
  network.run_for(TimeDelta::seconds(31));
  CHECK(worker.state_of(1) == TransportStateChanged::FAILED);
}

TEST_CASE("an ICE restart in mid-call keeps keys and tracks") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(8));
  t.network.run_for(TimeDelta::seconds(2));
  ipc::SignalToMedia c;
  c.mutable_restart_ice()->set_transport_id(2);
  c.mutable_restart_ice()->mutable_local()->set_ufrag(SimCall::worker_credentials(2, 1).ufrag);
  c.mutable_restart_ice()->mutable_local()->set_pwd(SimCall::worker_credentials(2, 1).pwd);
  t.worker.command(c);
  t.network.run_for(TimeDelta::millis(500));
  const auto before = t.receiver->peer().received().size();
  t.receiver->peer().transport().restart_ice(SimCall::peer_credentials(2, 1),
                                             SimCall::worker_credentials(2, 1), t.network.now());
  t.receiver->flush();
  t.network.run_for(TimeDelta::seconds(4));
  CHECK(t.receiver->peer().received().size() > before + 200);
  CHECK(t.worker.state_of(2) == TransportStateChanged::CONNECTED);
  const auto got = numbers(t.receiver->peer());
  CHECK(got.size() == t.receiver->peer().received().size());
}

TEST_CASE("a wrong fingerprint fails the handshake and nothing is forwarded") {
  TwoPeers t;
  auto stranger = t.call.connect(3, DtlsRole::kServer, true);
  t.call.subscribe_video(3, 30, 10, Ssrc(3333));
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(3));
  t.network.run_for(TimeDelta::seconds(3));
  CHECK(t.worker.state_of(3) == TransportStateChanged::DTLS_FAILED);
  CHECK(stranger->peer().received().size() == 0);
  CHECK(t.receiver->peer().received().size() > 100);
}

TEST_CASE("SRTP sessions of transports that close end where handshakes run, not with the packets") {
  TwoPeers t;
  CHECK(t.worker.retired_sessions() == 0);
  ipc::SignalToMedia close;
  close.mutable_close_transport()->set_transport_id(1);
  t.worker.command(close);
  CHECK(t.worker.retired_sessions() == 1);
  close.mutable_close_transport()->set_transport_id(2);
  t.worker.command(close);
  CHECK(t.worker.retired_sessions() == 2);
}

TEST_CASE("a session that comes for a transport already closed goes back as well") {
  SimNetwork network{kSeed};
  SimWorker worker{network, "10.0.0.1", kSeed + 1};
  worker.welcome();
  worker.finish_handshake(7, *mediad::SrtpSession::create({}));
  CHECK(worker.retired_sessions() == 1);
  CHECK(worker.engine().transport_count() == 0);
}

TEST_CASE("DTLS that comes before SetRemote is held and not lost") {
  SimNetwork network(kSeed);
  SimWorker worker(network, "10.0.0.1", kSeed);
  SimCall call(network, worker, kSeed);
  worker.welcome();
  auto client = call.connect(1, DtlsRole::kServer);
  // The same again for a transport whose SetRemote comes late.
  worker.command(call.open_transport(2));
  SeededRandom random(kSeed);
  SimClient early(network, *SocketAddress::parse("10.9.9.9", 999), worker,
                  call.peer_config(2, DtlsRole::kClient), random);
  network.run_for(TimeDelta::millis(300));
  CHECK(worker.dropped(Drop::kDtlsUnexpected) == 0);
  CHECK_FALSE(early.peer().connected());
  worker.command(call.set_remote(2, DtlsRole::kServer, call.peer_certificate()->fingerprint()));
  // Three one-way trips: our flight, theirs, our last. Waiting for a retransmission would take a
  // second.
  network.run_for(TimeDelta::millis(45));
  CHECK(worker.state_of(2) == TransportStateChanged::CONNECTED);
}

TEST_CASE("commands repeated change nothing") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(4));
  t.network.run_for(TimeDelta::seconds(1));
  t.worker.clear_events();
  t.worker.command(t.call.open_transport(1));
  t.worker.command(
      t.call.set_remote(1, DtlsRole::kClient, t.call.peer_certificate()->fingerprint()));
  t.call.publish_video(1, 10, kPublished);
  t.call.subscribe_video(2, 20, 10, kForwarded);
  CHECK(t.worker.events().empty());
  const auto before = t.receiver->peer().received().size();
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.receiver->peer().received().size() >= before + 58);
  CHECK(numbers(t.receiver->peer()).size() == t.receiver->peer().received().size());
}

TEST_CASE("commands for unknown ids are ignored, impossible ones answered") {
  SimNetwork network(kSeed);
  SimWorker worker(network, "10.0.0.1", kSeed);
  worker.welcome();
  ipc::SignalToMedia c;
  c.mutable_close_transport()->set_transport_id(9);
  worker.command(c);
  c.mutable_close_up_track()->set_track_id(9);
  worker.command(c);
  c.mutable_close_down_track()->set_track_id(9);
  worker.command(c);
  c.mutable_close_relay()->set_relay_id(9);
  worker.command(c);
  c.mutable_restart_ice()->set_transport_id(9);
  worker.command(c);
  c.mutable_request_keyframe()->set_track_id(9);
  worker.command(c);
  CHECK(worker.events().empty());
  SimCall call(network, worker, kSeed);
  call.publish_video(9, 10, kPublished);
  REQUIRE(worker.events().size() == 1);
  CHECK(worker.events()[0].command_failed().command() == "open_up_track");
  CHECK(worker.events()[0].command_failed().id() == 10);
}

TEST_CASE("a worker keeps its transports for 30 s without signald, and no longer") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(60));
  t.worker.lose_signald();
  t.network.run_for(TimeDelta::seconds(29));
  CHECK(t.worker.engine().transport_count() == 2);
  const auto before = t.receiver->peer().received().size();
  CHECK(before > 1000);
  t.network.run_for(TimeDelta::seconds(2));
  CHECK(t.worker.engine().transport_count() == 0);
}

TEST_CASE("signald that comes back gets the state again, and what it does not name is closed") {
  TwoPeers t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(60));
  t.network.run_for(TimeDelta::seconds(1));
  t.worker.lose_signald();
  t.network.run_for(TimeDelta::seconds(10));
  t.worker.welcome();
  t.worker.clear_events();
  t.worker.command(t.call.open_transport(1));
  t.call.publish_video(1, 10, kPublished);
  ipc::SignalToMedia complete;
  complete.mutable_state_complete();
  t.worker.command(complete);
  CHECK(t.worker.engine().transport_count() == 1);
  CHECK(t.worker.state_of(1) == TransportStateChanged::CONNECTED);
  CHECK(started(t.worker) != nullptr);
  t.network.run_for(TimeDelta::seconds(40));
  CHECK(t.worker.engine().transport_count() == 1);
}

TEST_CASE("a draining worker takes no transport and says when it is empty") {
  TwoPeers t;
  ipc::SignalToMedia c;
  c.mutable_drain();
  t.worker.command(c);
  t.worker.clear_events();
  t.worker.command(t.call.open_transport(5));
  REQUIRE(t.worker.events().size() == 1);
  CHECK(t.worker.events()[0].has_command_failed());
  for (const std::uint64_t id : {1, 2}) {
    c.mutable_close_transport()->set_transport_id(id);
    t.worker.command(c);
  }
  CHECK(t.worker.events().back().has_drained());
  CHECK(t.worker.handshakes() == 0);
}

}  // namespace
}  // namespace halcyon::sim
