#include "mediad/track/rtp_clock_map.h"

#include <cstdlib>

namespace halcyon::mediad {
namespace {

/// A late report moves the mapping by this share of its lateness.
constexpr int kLateWeight = 16;
/// A report further off than this is an outlier, unless the next one is too: then the sender's
/// timestamps have jumped.
constexpr std::int64_t kOutlierSeconds = 1;

}  // namespace

std::uint32_t RtpClockMap::advance(const Point& from, Timestamp to) const {
  const std::int64_t us = (to - from.time).us();
  // In two steps, so that no span overflows.
  const std::int64_t ticks =
      us / 1'000'000 * clock_rate_ + us % 1'000'000 * clock_rate_ / 1'000'000;
  return from.rtp_timestamp + static_cast<std::uint32_t>(ticks);
}

void RtpClockMap::handle_packet(std::uint32_t rtp_timestamp, Timestamp arrival) {
  if (!point_) point_ = Point{rtp_timestamp, arrival};
}

void RtpClockMap::handle_sender_report(std::uint32_t rtp_timestamp, Timestamp arrival) {
  if (!point_ || !from_report_) {
    point_ = Point{rtp_timestamp, arrival};
    from_report_ = true;
    return;
  }
  const std::uint32_t expected = advance(*point_, arrival);
  // Positive: the report came earlier than the mapping thought possible.
  const auto ahead = static_cast<std::int32_t>(rtp_timestamp - expected);
  if (std::abs(std::int64_t{ahead}) > kOutlierSeconds * clock_rate_) {
    if (doubtful_) point_ = Point{rtp_timestamp, arrival};
    doubtful_ = !doubtful_;
    return;
  }
  doubtful_ = false;
  const std::int32_t correction = ahead > 0 ? ahead : ahead / kLateWeight;
  point_ = Point{expected + static_cast<std::uint32_t>(correction), arrival};
}

std::optional<std::uint32_t> RtpClockMap::at(Timestamp t) const {
  if (!point_) return std::nullopt;
  return advance(*point_, t);
}

}  // namespace halcyon::mediad
