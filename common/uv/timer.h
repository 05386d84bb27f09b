#pragma once

#include <functional>

#include "common/units/time.h"
#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// A timer that may be started again and destroyed at any moment, its own callback included.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> callback);

  /// Once, after this long (milliseconds are the resolution, rounded up). Replaces an earlier
  /// start.
  void start_once(TimeDelta after);
  void start_repeating(TimeDelta interval);
  void stop();

 private:
  std::function<void()> callback_;
  Handle<uv_timer_t> handle_;
};

}  // namespace halcyon::uv
