#include "mediad/net/segment_grouping.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace halcyon::mediad {
namespace {

using Indices = std::vector<std::uint16_t>;

const std::vector<std::uint8_t> kMemory(2'000);

OutgoingDatagram datagram(std::uint16_t port, std::size_t size, std::uint64_t tcp = 0) {
  return {{*SocketAddress::parse("192.0.2.1", port), tcp}, std::span(kMemory).first(size)};
}

std::vector<Indices> grouped(const std::vector<OutgoingDatagram>& datagrams,
                             std::size_t max_segments = kMaxSegments) {
  const auto grouping = std::make_unique<SegmentGrouping>();
  std::vector<Indices> result;
  for (const SegmentedMessage& m : grouping->group(datagrams, max_segments)) {
    CHECK(m.segment_size == datagrams[m.segments.front()].bytes.size());
    result.emplace_back(m.segments.begin(), m.segments.end());
  }
  return result;
}

TEST_CASE("datagrams of one size to one address share a message, though others lie between them") {
  CHECK(grouped({datagram(1, 100), datagram(2, 100), datagram(1, 100), datagram(2, 100),
                 datagram(1, 100)}) == std::vector<Indices>{{0, 2, 4}, {1, 3}});
}

TEST_CASE("a shorter datagram ends its message, a longer one begins another") {
  CHECK(grouped({datagram(1, 100), datagram(1, 100), datagram(1, 60), datagram(1, 60),
                 datagram(1, 100)}) == std::vector<Indices>{{0, 1, 2}, {3}, {4}});
}

TEST_CASE("datagrams for TCP connections are left out") {
  CHECK(grouped({datagram(1, 100), datagram(1, 100, 7), datagram(1, 100)}) ==
        std::vector<Indices>{{0, 2}});
  CHECK(grouped({datagram(1, 100, 7)}).empty());
  CHECK(grouped({}).empty());
}

TEST_CASE("with one segment a message nothing is put together") {
  CHECK(grouped({datagram(1, 100), datagram(1, 100)}, 1) == std::vector<Indices>{{0}, {1}});
}

TEST_CASE("a message holds no more segments and bytes than the kernel takes") {
  const auto small = grouped(std::vector(kMaxSegments + 1, datagram(1, 100)));
  REQUIRE(small.size() == 2);
  CHECK(small[0].size() == kMaxSegments);
  const auto large = grouped(std::vector(kMaxSegments, datagram(1, 1'472)));
  REQUIRE(large.size() == 2);
  CHECK(large[0].size() == kMaxSegmentedBytes / 1'472);
}

TEST_CASE("a full batch to as many addresses finds room") {
  std::vector<OutgoingDatagram> datagrams;
  for (std::size_t i = 0; i < kSendBatchSlots; ++i) {
    datagrams.push_back(datagram(static_cast<std::uint16_t>(i + 1), 100));
  }
  CHECK(grouped(datagrams).size() == kSendBatchSlots);
}

TEST_CASE("each datagram leaves once, in the order of its address, whatever the mixture") {
  std::mt19937 chance(1);
  const auto grouping = std::make_unique<SegmentGrouping>();
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    std::vector<OutgoingDatagram> datagrams;
    const std::size_t count = chance() % (kSendBatchSlots + 1);
    const unsigned peers = 1 + chance() % 40;
    for (std::size_t i = 0; i < count; ++i) {
      datagrams.push_back(datagram(static_cast<std::uint16_t>(1 + chance() % peers),
                                   1'000 + 100 * (chance() % 4), chance() % 10 == 0 ? 5 : 0));
    }
    std::map<std::uint16_t, Indices> expected, got;
    for (std::size_t i = 0; i < count; ++i) {
      if (datagrams[i].to.tcp_connection != 0) continue;
      expected[datagrams[i].to.address.port()].push_back(static_cast<std::uint16_t>(i));
    }
    for (const SegmentedMessage& m : grouping->group(datagrams, kMaxSegments)) {
      for (std::size_t k = 0; k < m.segments.size(); ++k) {
        const OutgoingDatagram& d = datagrams[m.segments[k]];
        REQUIRE(d.to == datagrams[m.segments.front()].to);
        REQUIRE(d.bytes.size() <= m.segment_size);
        if (k + 1 < m.segments.size()) REQUIRE(d.bytes.size() == m.segment_size);
        got[d.to.address.port()].push_back(m.segments[k]);
      }
    }
    REQUIRE(got == expected);
  }
}

}  // namespace
}  // namespace halcyon::mediad
