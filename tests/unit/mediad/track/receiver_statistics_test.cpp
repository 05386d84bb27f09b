#include "mediad/track/receiver_statistics.h"

#include <doctest/doctest.h>

#include "mediad/rtp/sequence_unwrapper.h"

using namespace halcyon;
using namespace halcyon::mediad;
using Delivery = ReceiverStatistics::Delivery;

namespace {

constexpr std::uint64_t kBase = SequenceUnwrapper::kFirstCycle + 65000;
Timestamp at(std::int64_t ms) { return Timestamp::from_ms(ms); }

/// Packets of 20 ms at 48 kHz.
void feed(ReceiverStatistics& s, std::uint64_t n, Delivery delivery = Delivery::kInOrder) {
  s.handle_packet(n, static_cast<std::uint32_t>(n * 960), at(static_cast<std::int64_t>(n) * 20),
                  delivery);
}

}  // namespace

TEST_CASE("an even stream has neither loss nor jitter, across wraps") {
  ReceiverStatistics s(48000);
  for (std::uint64_t n = kBase; n < kBase + 140'000; ++n) feed(s, n);
  const ReportBlock block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 0);
  CHECK(block.cumulative_lost == 0);
  CHECK(block.jitter == 0);
  CHECK(block.extended_highest_sequence == 65000 + 140'000 - 1);
  CHECK(s.loss() == 0);
}

TEST_CASE("one packet 200 units late gives the jitter of RFC 3550") {
  ReceiverStatistics s(1'000'000);  // units of microseconds
  const auto packet = [&](std::uint64_t n, std::int64_t late) {
    s.handle_packet(kBase + n, static_cast<std::uint32_t>(n * 1000),
                    Timestamp::from_us(static_cast<std::int64_t>(n) * 1000 + late),
                    Delivery::kInOrder);
  };
  packet(0, 0);
  packet(1, 0);
  packet(2, 200);
  packet(3, 0);
  CHECK(s.make_report_block(at(10)).jitter == 23);
  CHECK(s.jitter_ms() == doctest::Approx(0.023));
}

TEST_CASE("late packets and jumps of the sender's clock are not jitter") {
  ReceiverStatistics s(48000);
  feed(s, kBase);
  feed(s, kBase + 2);
  s.handle_packet(kBase + 1, static_cast<std::uint32_t>((kBase + 1) * 960),
                  at(static_cast<std::int64_t>(kBase + 30) * 20), Delivery::kRetransmitted);
  feed(s, kBase + 3);
  s.handle_packet(kBase + 4, 0x7000'0000, at(static_cast<std::int64_t>(kBase + 4) * 20),
                  Delivery::kInOrder);
  CHECK(s.make_report_block(at(0)).jitter == 0);
}

TEST_CASE("loss is told for the interval and in sum") {
  ReceiverStatistics s(48000);
  for (std::uint64_t n = 0; n < 100; ++n) {
    if (n % 4 != 1) feed(s, kBase + n);
  }
  ReportBlock block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 64);
  CHECK(block.cumulative_lost == 25);
  CHECK(s.loss() == doctest::Approx(0.25));
  for (std::uint64_t n = 100; n < 200; ++n) feed(s, kBase + n);
  block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 0);
  CHECK(block.cumulative_lost == 25);
  CHECK(s.loss() == 0);
  block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 0);
}

TEST_CASE("a retransmitted packet still counts as lost, a reordered one does not") {
  ReceiverStatistics s(48000);
  for (std::uint64_t n = 0; n < 100; ++n) {
    if (n != 50 && n != 60) feed(s, kBase + n);
  }
  feed(s, kBase + 50, Delivery::kRetransmitted);
  feed(s, kBase + 60, Delivery::kReordered);
  const ReportBlock block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 2);
  CHECK(block.cumulative_lost == 1);
}

TEST_CASE("packets from before the first one make no negative loss") {
  ReceiverStatistics s(48000);
  feed(s, kBase + 2);
  feed(s, kBase, Delivery::kReordered);
  feed(s, kBase + 1, Delivery::kReordered);
  const ReportBlock block = s.make_report_block(at(0));
  CHECK(block.fraction_lost == 0);
  CHECK(block.cumulative_lost == 0);
}

TEST_CASE("total loss is 255 of 256") {
  ReceiverStatistics s(48000);
  feed(s, kBase);
  s.make_report_block(at(0));
  feed(s, kBase + 2000, Delivery::kRetransmitted);
  CHECK(s.make_report_block(at(0)).fraction_lost == 255);
}

TEST_CASE("a new numbering is not loss") {
  ReceiverStatistics s(48000);
  for (std::uint64_t n = 0; n < 10; ++n) feed(s, kBase + n);
  for (std::uint64_t n = 0; n < 10; ++n) feed(s, kBase + 40'000 + n);
  const ReportBlock block = s.make_report_block(at(0));
  CHECK(block.cumulative_lost == 0);
  CHECK(block.fraction_lost == 0);
}

TEST_CASE("LSR and DLSR answer the last sender report") {
  ReceiverStatistics s(48000);
  ReportBlock block = s.make_report_block(at(0));
  CHECK(block.last_sr == 0);
  CHECK(block.delay_since_last_sr == 0);
  s.handle_sender_report(0x1111222233334444, at(1000));
  block = s.make_report_block(at(1500));
  CHECK(block.last_sr == 0x22223333);
  CHECK(block.delay_since_last_sr == 0x8000);
}
