#include "common/clock/clock.h"

#include <chrono>

namespace halcyon {

Timestamp monotonic_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return Timestamp::from_us(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

WallTime wall_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return WallTime{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace halcyon
