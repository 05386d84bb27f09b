#include "mediad/track/receiver_statistics.h"

#include <algorithm>
#include <cstdlib>

#include "mediad/rtcp/ntp.h"
#include "mediad/rtp/sequence_unwrapper.h"

namespace halcyon::mediad {
namespace {

/// A larger step forward is a new numbering, not loss (RFC 3550 A.1, MAX_DROPOUT).
constexpr std::uint64_t kMaxDropout = 3000;
/// A spacing that is off by more is a pause or a jump of the sender's clock, not jitter.
constexpr std::int64_t kMaxJitterSeconds = 5;
constexpr std::int64_t kMaxCumulativeLost = 0x7fffff;

}  // namespace

void ReceiverStatistics::handle_packet(std::uint64_t sequence, std::uint32_t rtp_timestamp,
                                       Timestamp now, Delivery delivery) {
  if (!started_) {
    started_ = true;
    first_ = highest_ = sequence;
  } else if (sequence > highest_ + kMaxDropout) {
    expected_before_ += highest_ - first_ + 1;
    first_ = highest_ = sequence;
  }
  highest_ = std::max(highest_, sequence);
  // What came before the first packet was never expected.
  if (delivery != Delivery::kRetransmitted && sequence >= first_) ++received_;
  if (delivery == Delivery::kInOrder) update_jitter(rtp_timestamp, now);
}

void ReceiverStatistics::update_jitter(std::uint32_t rtp_timestamp, Timestamp now) {
  if (last_packet_) {
    const std::int64_t arrival_spacing =
        (now - last_packet_->arrival).us() * clock_rate_ / 1'000'000;
    const auto sender_spacing =
        static_cast<std::int32_t>(rtp_timestamp - last_packet_->rtp_timestamp);
    const std::int64_t d = std::abs(arrival_spacing - sender_spacing);
    if (d < kMaxJitterSeconds * clock_rate_) {
      jitter_ = static_cast<std::uint32_t>((std::int64_t{15} * jitter_ + d) / 16);
    }
  }
  last_packet_ = Spacing{rtp_timestamp, now};
}

void ReceiverStatistics::handle_sender_report(std::uint64_t ntp, Timestamp now) {
  last_sender_report_ = LastReport{ntp_middle(ntp), now};
}

ReportBlock ReceiverStatistics::make_report_block(Timestamp now) {
  ReportBlock block;
  if (started_) {
    const std::uint64_t expected = expected_before_ + highest_ - first_ + 1;
    const auto interval_expected = static_cast<std::int64_t>(expected - reported_expected_);
    const auto interval_lost =
        interval_expected - static_cast<std::int64_t>(received_ - reported_received_);
    loss_ = 0;
    if (interval_expected > 0 && interval_lost > 0) {
      block.fraction_lost = static_cast<std::uint8_t>(
          std::min<std::int64_t>(interval_lost * 256 / interval_expected, 255));
      loss_ = std::min(1.0,
                       static_cast<double>(interval_lost) / static_cast<double>(interval_expected));
    }
    reported_expected_ = expected;
    reported_received_ = received_;
    block.cumulative_lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(
        static_cast<std::int64_t>(expected) - static_cast<std::int64_t>(received_), 0,
        kMaxCumulativeLost));
    block.extended_highest_sequence =
        static_cast<std::uint32_t>(highest_ - SequenceUnwrapper::kFirstCycle);
    block.jitter = jitter_;
  }
  if (last_sender_report_) {
    block.last_sr = last_sender_report_->ntp_middle;
    block.delay_since_last_sr = ntp_middle_from(now - last_sender_report_->arrival);
  }
  return block;
}

double ReceiverStatistics::jitter_ms() const {
  return clock_rate_ == 0 ? 0.0 : 1000.0 * jitter_ / clock_rate_;
}

}  // namespace halcyon::mediad
