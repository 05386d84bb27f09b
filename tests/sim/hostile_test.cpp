#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "mediad/engine/command_handler.h"
#include "mediad/engine/rtp_demuxer.h"
#include "mediad/ice/stun_layout.h"
#include "mediad/rtcp/nack.h"
#include "mediad/rtcp/pli.h"
#include "mediad/rtp/rtp_header.h"
#include "tests/sim/sim_call.h"

namespace halcyon::sim {
namespace {

using ipc::TransportStateChanged;
using mediad::Drop;
using mediad::DtlsRole;

constexpr std::uint64_t kSeed = 666;
constexpr Ssrc kPublished{1111};

struct Call {
  SimNetwork network{kSeed};
  SimWorker worker{network, "10.0.0.1", kSeed + 1};
  SimCall call{network, worker, kSeed + 2};
  std::unique_ptr<SimClient> publisher;
  std::unique_ptr<SimClient> receiver;
  Call() {
    worker.welcome();
    publisher = call.connect(1, DtlsRole::kServer);
    call.publish_video(1, 10, kPublished);
    receiver = call.connect(2, DtlsRole::kServer);
    call.subscribe_video(2, 20, 10, Ssrc(2222));
    network.run_for(TimeDelta::seconds(1));
    REQUIRE(worker.state_of(2) == TransportStateChanged::CONNECTED);
  }
  bool still_forwards() {
    const auto before = receiver->peer().received().size();
    publisher->send_video_for(kPublished, TimeDelta::seconds(1));
    network.run_for(TimeDelta::seconds(2));
    return receiver->peer().received().size() >= before + 60;
  }
};

TEST_CASE("random bytes from strangers and from a peer's address change nothing") {
  Call t;
  SeededRandom random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes(random.u32() % 1500);
    random.fill(bytes);
    const bool stranger = random.u32() % 2 == 0;
    t.worker.receive(
        stranger ? *SocketAddress::parse("203.0.113.9", static_cast<std::uint16_t>(random.u32()))
                 : t.publisher->address(),
        bytes);
    random.fill(bytes);
    t.worker.receive_relay(*SocketAddress::parse("203.0.113.9", 1), bytes);
  }
  CHECK(t.worker.engine().transport_count() == 2);
  CHECK(t.worker.dropped(Drop::kUnknownPeer) > 1000);
  CHECK(t.worker.dropped(Drop::kSrtpAuthentication) + t.worker.dropped(Drop::kSrtpMalformed) >
        1000);
  CHECK(t.worker.handshakes() == 2);
  CHECK(t.still_forwards());
}

TEST_CASE("mutations of a peer's own checks are refused and do not move its address") {
  Call t;
  SeededRandom random(kSeed);
  mediad::BindingRequest request;
  request.username =
      SimCall::worker_credentials(1).ufrag + ":" + SimCall::peer_credentials(1).ufrag;
  request.password = "a guess that is wrong";
  request.priority = 1;
  request.use_candidate = true;
  const auto attacker = *SocketAddress::parse("203.0.113.9", 999);
  for (int i = 0; i < 2'000; ++i) {
    random.fill(request.transaction);
    Bytes bytes(mediad::kMaxStunMessageSize);
    bytes.resize(mediad::write_binding_request(bytes, request));
    if (i % 2 == 1)
      bytes[random.u32() % bytes.size()] ^= static_cast<std::uint8_t>(1 + random.u32() % 255);
    t.worker.receive(attacker, bytes);
  }
  CHECK(t.worker.dropped(Drop::kStunUnauthorised) >= 1'000);
  CHECK(t.still_forwards());
}

TEST_CASE("a flood of invented SSRCs leaves a bounded state and the track works on") {
  Call t;
  t.publisher->send_video(kPublished, true);
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    std::array<std::uint8_t, 200> packet;
    ByteWriter writer(packet);
    mediad::write_rtp_packet(
        writer, {.ssrc = Ssrc(0x10000 + i), .payload_type = 100, .sequence_number = 1}, Bytes(20));
    t.publisher->peer().send_rtp(writer.written());
    t.publisher->flush();
  }
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.worker.dropped(Drop::kRtpUnknownSsrc) + t.worker.dropped(Drop::kSrtpSsrcs) == 5'000);
  CHECK(t.still_forwards());
}

TEST_CASE("NACKs for everything, again and again, are answered within a limit") {
  Call t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(3));
  t.network.run_for(TimeDelta::seconds(4));
  const auto before = t.worker.engine().statistics(t.network.now()).packets_sent();
  std::array<std::uint8_t, 1200> packet;
  for (int i = 0; i < 100; ++i) {
    ByteWriter writer(packet);
    std::vector<std::uint16_t> all;
    const std::uint16_t newest = t.receiver->peer().received().back().sequence_number;
    for (int k = 3'000; k >= 0; --k) all.push_back(static_cast<std::uint16_t>(newest - k));
    mediad::write_nack(writer, Ssrc(2), Ssrc(2222), all);
    t.receiver->peer().send_rtcp(writer.written());
    t.receiver->flush();
  }
  t.network.run_for(TimeDelta::seconds(1));
  // The receiver's own replay protection hides what comes again, so the worker's counter is asked;
  // reports are in it too.
  const auto sent = t.worker.engine().statistics(t.network.now()).packets_sent() - before;
  CHECK(sent > 100);
  CHECK(sent <= mediad::RetransmissionBudget::kBurst + 20);
  CHECK(t.worker.dropped(Drop::kNackBeyondLimit) > 0);
  CHECK(t.still_forwards());
}

TEST_CASE("a storm of keyframe requests becomes two a second") {
  Call t;
  t.publisher->send_video_for(kPublished, TimeDelta::seconds(4));
  t.network.run_for(TimeDelta::millis(100));
  for (int i = 0; i < 300; ++i) {
    t.network.at(t.network.now() + TimeDelta::millis(i * 10), [&t] {
      std::array<std::uint8_t, 40> packet;
      ByteWriter writer(packet);
      mediad::write_pli(writer, Ssrc(2), Ssrc(2222));
      t.receiver->peer().send_rtcp(writer.written());
      t.receiver->flush();
    });
  }
  t.network.run_for(TimeDelta::seconds(4));
  CHECK(t.publisher->peer().rtcp().plis >= 4);
  CHECK(t.publisher->peer().rtcp().plis <= 8);
}

TEST_CASE("broken RTCP from a peer is counted and skipped") {
  Call t;
  SeededRandom random(kSeed);
  for (int i = 0; i < 3'000; ++i) {
    Bytes bytes(8 + random.u32() % 600);
    random.fill(bytes);
    bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 0x1f));
    bytes[1] = static_cast<std::uint8_t>(200 + random.u32() % 8);
    std::fill_n(bytes.begin() + 4, 4, std::uint8_t{7});  // one sender SSRC: they are limited
    if (i % 2 == 0) {
      const std::size_t words = bytes.size() / 4 - 1;
      bytes[2] = static_cast<std::uint8_t>(words >> 8);
      bytes[3] = static_cast<std::uint8_t>(words);
    }
    t.receiver->peer().send_rtcp(bytes);
    t.publisher->peer().send_rtcp(bytes);
    t.receiver->flush();
    t.publisher->flush();
  }
  t.network.run_for(TimeDelta::seconds(1));
  CHECK(t.worker.dropped(Drop::kRtcpMalformed) > 100);
  CHECK(t.still_forwards());
}

TEST_CASE("tracks beyond a transport's limit are refused") {
  Call t;
  t.worker.clear_events();
  for (std::uint64_t i = 0; i < mediad::kMaxTracksPerTransport + 5; ++i) {
    t.call.subscribe_video(2, 1'000 + i, 10, Ssrc(static_cast<std::uint32_t>(5'000 + i)));
  }
  CHECK(t.worker.events().size() == 6);
  CHECK(t.worker.events().back().command_failed().command() == "open_down_track");
}

}  // namespace
}  // namespace halcyon::sim
