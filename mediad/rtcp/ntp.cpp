#include "mediad/rtcp/ntp.h"

#include <algorithm>
#include <limits>

namespace halcyon::mediad {
namespace {

constexpr std::int64_t kUnixEpochInNtp = 2'208'988'800;  // seconds from 1900 to 1970
constexpr std::int64_t kMicros = 1'000'000;

}  // namespace

std::uint64_t ntp_from_wall_time(WallTime time) {
  std::int64_t seconds = time.us / kMicros;
  std::int64_t micros = time.us % kMicros;
  if (micros < 0) {
    micros += kMicros;
    --seconds;
  }
  const auto fraction = (static_cast<std::uint64_t>(micros) << 32) / kMicros;
  return static_cast<std::uint64_t>(seconds + kUnixEpochInNtp) << 32 | fraction;
}

std::uint32_t ntp_middle_from(TimeDelta span) {
  constexpr std::int64_t kMaxSeconds = 65535;
  const std::int64_t us = std::clamp<std::int64_t>(span.us(), 0, kMaxSeconds * kMicros);
  return static_cast<std::uint32_t>((us << 16) / kMicros);
}

TimeDelta span_from_ntp_middle(std::uint32_t middle) {
  return TimeDelta::micros(static_cast<std::int64_t>(std::uint64_t{middle} * kMicros >> 16));
}

TimeDelta ntp_difference(std::uint64_t later, std::uint64_t earlier) {
  const auto difference = static_cast<std::int64_t>(later - earlier);
  const std::int64_t seconds = difference >> 32;
  const auto fraction = static_cast<std::uint64_t>(difference) & 0xffffffff;
  const auto micros = static_cast<std::int64_t>((fraction * kMicros + (1u << 31)) >> 32);
  return TimeDelta::micros(seconds * kMicros + micros);
}

}  // namespace halcyon::mediad
