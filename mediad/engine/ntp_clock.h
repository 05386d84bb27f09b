#pragma once

#include <cstdint>

#include "common/units/time.h"

namespace halcyon::mediad {

/// NTP time for RTCP (RFC 3550 4) that runs with the monotonic clock: set once, so that a step of
/// the wall clock during a call does not tear sound and picture apart.
class NtpClock {
 public:
  NtpClock(WallTime wall, Timestamp now) : wall_(wall), start_(now) {}

  /// 32.32 fixed point, seconds since 1900.
  std::uint64_t at(Timestamp t) const {
    constexpr std::uint64_t kSecondsFrom1900To1970 = 2208988800;
    const auto us = static_cast<std::uint64_t>((wall_ + (t - start_)).us);
    const std::uint64_t fraction = ((us % 1'000'000) << 32) / 1'000'000;
    return ((us / 1'000'000 + kSecondsFrom1900To1970) << 32) | fraction;
  }

 private:
  WallTime wall_;
  Timestamp start_;
};

}  // namespace halcyon::mediad
