// Packets that come in one batch.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "mediad/engine/packet_burst.h"
#include "mediad/rtp/rtp_header.h"
#include "tests/sim/sim_call.h"

namespace halcyon::sim {
namespace {

using ipc::TransportStateChanged;
using mediad::Drop;
using mediad::DtlsRole;
using mediad::PacketBurst;

constexpr std::uint64_t kSeed = 20261125;
constexpr Ssrc kPublished{1111};

/// A publisher (transport 1, track 10) and receivers (transports 2 and 3), of which the first has
/// subscribed (track 20) and the second has if asked for (track 30).
struct Meeting {
  SimNetwork network{kSeed};
  SimWorker worker{network, "10.0.0.1", kSeed + 1};
  SimCall call{network, worker, kSeed + 2};
  std::unique_ptr<SimClient> publisher;
  std::unique_ptr<SimClient> first;
  std::unique_ptr<SimClient> second;

  explicit Meeting(unsigned subscribers = 2) {
    worker.welcome();
    publisher = call.connect(1, DtlsRole::kClient);
    call.publish_video(1, 10, kPublished);
    first = call.connect(2, DtlsRole::kClient);
    second = call.connect(3, DtlsRole::kClient);
    call.subscribe_video(2, 20, 10, Ssrc{2222});
    if (subscribers == 2) subscribe_second();
    REQUIRE(network.run_until_true(
        [&] {
          for (std::uint64_t t : {1, 2, 3}) {
            if (worker.state_of(t) != TransportStateChanged::CONNECTED) return false;
          }
          return publisher->peer().connected() && first->peer().connected() &&
                 second->peer().connected();
        },
        TimeDelta::seconds(5)));
    // So that nothing but the packets of the test is on the way.
    receive(0);
    worker.end_turn();
    network.run_for(TimeDelta::millis(100));
    worker.take_destinations();
  }

  void subscribe_second() { call.subscribe_video(3, 30, 10, Ssrc{3333}); }

  /// The publisher's packet of this number, encrypted. Number 0 is a keyframe.
  Bytes packet(std::uint16_t number) {
    Bytes payload(200, 0x42);
    payload[0] = 0x10;
    payload[1] = number == 0 ? 0x00 : 0x01;
    std::array<std::uint8_t, 400> plain;
    ByteWriter writer(plain);
    mediad::write_rtp_packet(writer,
                             {.ssrc = kPublished,
                              .payload_type = kVp8PayloadType,
                              .sequence_number = number,
                              .timestamp = number * 3'000u,
                              .marker = true},
                             payload);
    publisher->peer().send_rtp(writer.written());
    return publisher->peer().take_datagrams().at(0);
  }
  /// It comes to the worker, whose turn goes on.
  void receive(std::uint16_t number) {
    worker.receive_in_turn(publisher->address(), packet(number));
  }
  void receive(std::uint16_t from, std::uint16_t to) {
    for (std::uint16_t n = from; n <= to; ++n) receive(n);
  }
  void end_turn() {
    worker.end_turn();
    network.run_for(TimeDelta::millis(15));
  }
  void close(std::uint64_t transport) {
    ipc::SignalToMedia close;
    close.mutable_close_transport()->set_transport_id(transport);
    worker.command(close);
    end_turn();
  }
};

/// The publisher's numbers of what a receiver got, told by the timestamps.
std::vector<std::uint16_t> numbers(SimClient& client) {
  std::vector<std::uint16_t> result;
  for (const auto& p : client.peer().received()) {
    result.push_back(static_cast<std::uint16_t>(p.timestamp / 3'000));
  }
  return result;
}

std::vector<std::uint16_t> up_to(std::uint16_t last) {
  std::vector<std::uint16_t> result(last + 1u);
  std::iota(result.begin(), result.end(), std::uint16_t{0});
  return result;
}

std::uint64_t refused(SimClient& client) {
  return client.peer().transport().counters().unprotect_failures;
}

TEST_CASE("packets that come together leave receiver by receiver, each in order") {
  Meeting m;
  m.receive(1, 4);
  CHECK(m.worker.take_destinations().empty());
  m.end_turn();
  const auto to = m.worker.take_destinations();
  REQUIRE(to.size() >= 8);
  const auto& a = m.first->address();
  const auto& b = m.second->address();
  CHECK(std::vector(to.begin(), to.begin() + 8) == std::vector{a, a, a, a, b, b, b, b});
  CHECK(numbers(*m.first) == up_to(4));
  CHECK(numbers(*m.second) == up_to(4));
}

TEST_CASE("a batch is handled whole, whatever lies between the packets") {
  Meeting m;
  const SocketAddress stranger = *SocketAddress::parse("10.9.9.9", 9);
  std::vector<std::pair<SocketAddress, Bytes>> batch;
  for (std::uint16_t n = 1; n <= 150; ++n) {
    batch.emplace_back(m.publisher->address(), m.packet(n));
    if (n % 7 == 0) batch.emplace_back(stranger, batch.back().second);      // RTP of nobody
    if (n % 11 == 0) batch.push_back(batch.back());                         // twice
    if (n % 40 == 0) batch.emplace_back(m.publisher->address(), Bytes(1));  // nothing known
    if (n % 60 == 0) batch.emplace_back(m.publisher->address(), Bytes{0x80, 201, 0, 0, 1});
  }
  const std::uint64_t before = m.worker.dropped(Drop::kUnknownPeer);
  m.worker.receive_batch(batch);
  m.end_turn();
  CHECK(numbers(*m.first) == up_to(150));
  CHECK(numbers(*m.second) == up_to(150));
  CHECK(m.worker.dropped(Drop::kUnknownPeer) > before);
  CHECK(m.worker.dropped(Drop::kSrtpReplay) > 0);
  CHECK(m.worker.dropped(Drop::kNotMultiplexed) + m.worker.dropped(Drop::kStunInvalid) +
            m.worker.dropped(Drop::kStunUnknownUfrag) >
        0);
  CHECK(m.worker.dropped(Drop::kSrtpMalformed) == 2);
}

TEST_CASE("more packets than a burst holds arrive in order") {
  Meeting m;
  constexpr std::uint16_t kLast = 2 * PacketBurst::kMaxPackets + 3;
  m.receive(1, kLast);
  m.end_turn();
  CHECK(numbers(*m.first) == up_to(kLast));
  CHECK(numbers(*m.second) == up_to(kLast));
}

TEST_CASE("a jump by which the cache overwrites what came in the same batch loses nothing") {
  Meeting m;
  constexpr auto kCapacity = static_cast<std::uint16_t>(mediad::PacketCache::kMinVideoPackets);
  m.receive(1, 4);
  m.receive(1 + kCapacity, 2 + kCapacity);
  m.end_turn();
  std::vector<std::uint16_t> expected = up_to(4);
  expected.push_back(1 + kCapacity);
  expected.push_back(2 + kCapacity);
  CHECK(numbers(*m.first) == expected);
}

TEST_CASE("packets out of order within a batch all arrive") {
  Meeting m;
  m.receive(1);
  m.receive(3);
  m.receive(2);
  m.receive(4);
  m.end_turn();
  auto got = numbers(*m.second);
  std::sort(got.begin(), got.end());
  CHECK(got == up_to(4));
}

TEST_CASE("a receiver who leaves in the middle of a batch gets what came before") {
  Meeting m;
  m.receive(1, 3);
  m.close(2);
  m.receive(4);
  m.end_turn();
  CHECK(numbers(*m.first) == up_to(3));
  CHECK(numbers(*m.second) == up_to(4));
}

TEST_CASE("a publisher who leaves in the middle of a batch is heard to the end") {
  Meeting m;
  m.receive(1, 3);
  m.close(1);
  CHECK(numbers(*m.first) == up_to(3));
  CHECK(numbers(*m.second) == up_to(3));
}

TEST_CASE("who subscribes in the middle of a batch gets its packets once") {
  Meeting m(1);
  m.receive(1, 3);
  m.subscribe_second();
  m.receive(4);
  m.end_turn();
  CHECK(numbers(*m.second) == up_to(4));
  CHECK(refused(*m.second) == 0);
}

}  // namespace
}  // namespace halcyon::sim
