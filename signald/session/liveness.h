#pragma once

#include "common/units/time.h"

namespace halcyon::signald {

/// Tells when a client has been silent for so long that it must be asked, or given up. Only whole
/// messages count.
class Liveness {
 public:
  static constexpr TimeDelta kInterval = TimeDelta::seconds(10);
  static constexpr TimeDelta kPingAfter = TimeDelta::seconds(20);
  static constexpr TimeDelta kDeadAfter = TimeDelta::seconds(45);

  enum class Verdict { kFine, kPing, kDead };

  explicit Liveness(Timestamp now) : last_message_(now), next_check_(now + kInterval) {}

  void heard(Timestamp now) { last_message_ = now; }
  Timestamp next_check() const { return next_check_; }

  /// At or after next_check().
  Verdict check(Timestamp now) {
    next_check_ = now + kInterval;
    const TimeDelta silence = now - last_message_;
    if (silence > kDeadAfter) {
      return Verdict::kDead;
    }
    return silence > kPingAfter ? Verdict::kPing : Verdict::kFine;
  }

 private:
  Timestamp last_message_;
  Timestamp next_check_;
};

}  // namespace halcyon::signald
