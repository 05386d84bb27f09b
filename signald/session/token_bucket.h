#pragma once

#include <algorithm>
#include <cstdint>

#include "common/units/time.h"

namespace halcyon::signald {

/// Allows `burst` events at once and `per_second` in the long run.
class TokenBucket {
 public:
  TokenBucket(std::int64_t burst, std::int64_t per_second, Timestamp now)
      : capacity_(TimeDelta::seconds(burst) / per_second),
        cost_(TimeDelta::seconds(1) / per_second),
        full_at_(now) {}

  bool take(Timestamp now) {
    const Timestamp start = std::max(full_at_, now);
    if (start + cost_ - now > capacity_) {
      return false;
    }
    full_at_ = start + cost_;
    return true;
  }

 private:
  TimeDelta capacity_;  // the time an empty bucket takes to fill
  TimeDelta cost_;
  Timestamp full_at_;
};

}  // namespace halcyon::signald
