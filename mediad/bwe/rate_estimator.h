#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/units/time.h"

namespace halcyon::mediad {

/// The rate of a stream of packets, averaged over intervals of at least a second, and its totals.
class RateEstimator {
 public:
  /// Shorter intervals would show the burst of a keyframe instead of the rate.
  static constexpr TimeDelta kInterval = TimeDelta::seconds(1);

  explicit RateEstimator(Timestamp now) : interval_start_(now) {}

  void add(std::size_t bytes, Timestamp now);

  /// Bit/s and packets/s of the last whole interval, or of the running one once that is long
  /// enough. 0 in the first second.
  std::uint64_t bitrate(Timestamp now) const { return rate(now).bitrate; }
  std::uint32_t packet_rate(Timestamp now) const { return rate(now).packet_rate; }
  /// False in the first second, when the rates mean nothing yet.
  bool ready(Timestamp now) const { return last_ || now - interval_start_ >= kInterval; }

  std::uint64_t total_packets() const { return total_packets_; }
  std::uint64_t total_bytes() const { return total_bytes_; }

 private:
  struct Rate {
    std::uint64_t bitrate = 0;
    std::uint32_t packet_rate = 0;
  };
  Rate rate(Timestamp now) const;

  Timestamp interval_start_;
  std::uint64_t interval_bytes_ = 0;
  std::uint64_t interval_packets_ = 0;
  std::uint64_t total_packets_ = 0;
  std::uint64_t total_bytes_ = 0;
  std::optional<Rate> last_;
};

}  // namespace halcyon::mediad
