#pragma once

#include <algorithm>
#include <cstdint>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Limits what a receiver can make us send again by asking: a second's worth of a good picture at
/// once, and then as many packets a second as half of a 40 Mbit/s stream. A NACK of one packet can
/// name 4000.
class RetransmissionBudget {
 public:
  static constexpr std::int64_t kBurst = 512;
  static constexpr std::int64_t kPerSecond = 2'000;

  /// Whether one more may be sent now; spend() when it was.
  bool available(Timestamp now) {
    const std::int64_t earned = (now - filled_).us() * kPerSecond / 1'000'000;
    if (earned > 0) {
      left_ = std::min(kBurst, left_ + earned);
      filled_ = now;
    }
    return left_ > 0;
  }
  void spend() { --left_; }

 private:
  std::int64_t left_ = kBurst;
  Timestamp filled_;
};

}  // namespace halcyon::mediad
