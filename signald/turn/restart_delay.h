#pragma once

#include <algorithm>

#include "common/units/time.h"

namespace halcyon::signald {

/// How long to wait before a process that ended is started again: not at all at first, then longer
/// each time it ends soon.
class RestartDelay {
 public:
  static constexpr TimeDelta kStep = TimeDelta::seconds(1);
  static constexpr TimeDelta kMaximum = TimeDelta::seconds(30);
  /// One that ran for so long begins again without delay.
  static constexpr TimeDelta kStableAfter = TimeDelta::seconds(30);

  TimeDelta after(TimeDelta lived) {
    if (lived >= kStableAfter) short_lives_ = 0;
    return std::min(kStep * short_lives_++, kMaximum);
  }

 private:
  int short_lives_ = 0;  // in a row
};

}  // namespace halcyon::signald
