#include "mediad/engine/send_batch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace halcyon::mediad {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Collector final : DatagramSink {
  void send(std::span<const OutgoingDatagram> datagrams) override {
    batches.push_back(datagrams.size());
    for (const auto& d : datagrams) sent.emplace_back(d.bytes.begin(), d.bytes.end());
  }
  std::vector<std::size_t> batches;
  std::vector<Bytes> sent;
};

const TransportAddress kTo{*SocketAddress::parse("192.0.2.1", 5000)};

SrtpKeys some_keys() {
  SrtpKeys keys;
  keys.send.fill(1);
  keys.receive.fill(2);
  return keys;
}

TEST_CASE("datagrams wait for the flush, and a full batch leaves by itself") {
  Collector sink;
  DropCounters drops;
  SendBatch batch(sink, drops);
  for (std::size_t i = 0; i < kSendBatchSlots; ++i)
    batch.add(kTo, Bytes{static_cast<std::uint8_t>(i)});
  CHECK(sink.batches.empty());
  batch.add(kTo, Bytes{99});
  CHECK(sink.batches == std::vector{kSendBatchSlots});
  batch.flush();
  batch.flush();
  CHECK(sink.batches == std::vector<std::size_t>{kSendBatchSlots, 1});
  CHECK(sink.sent.front() == Bytes{0});
  CHECK(sink.sent.back() == Bytes{99});
  CHECK(batch.datagrams_sent() == kSendBatchSlots + 1);
}

TEST_CASE("what is too large for a slot is dropped and counted") {
  Collector sink;
  DropCounters drops;
  SendBatch batch(sink, drops);
  batch.add(kTo, Bytes(kSendSlotBytes + 1));
  batch.flush();
  CHECK(sink.sent.empty());
  CHECK(drops.of(Drop::kDatagramTooLarge) == 1);
}

TEST_CASE("packets are protected at the flush, and one that cannot be is left out and counted") {
  Collector sink;
  DropCounters drops;
  SendBatch batch(sink, drops);
  auto srtp = SrtpSession::create(some_keys());
  REQUIRE(srtp);
  const Bytes packet = {0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 1, 2, 3};
  std::copy(packet.begin(), packet.end(), batch.next_slot().begin());
  batch.commit(kTo, packet.size(), Protection::kRtp, &*srtp);
  batch.next_slot()[0] = 0;
  batch.commit(kTo, 1, Protection::kRtp, &*srtp);
  batch.flush();
  REQUIRE(sink.sent.size() == 1);
  CHECK(sink.sent[0].size() == packet.size() + 10);
  CHECK(std::equal(packet.begin(), packet.begin() + 12, sink.sent[0].begin()));
  CHECK_FALSE(std::equal(packet.begin() + 12, packet.end(), sink.sent[0].begin() + 12));
  CHECK(drops.of(Drop::kSrtpProtection) == 1);
}

TEST_CASE("every reason for a drop has a name of its own") {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Drop::kCount); ++i) {
    names.push_back(drop_name(static_cast<Drop>(i)));
    CHECK_FALSE(names.back().empty());
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace halcyon::mediad
