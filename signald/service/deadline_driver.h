#pragma once

#include <uv.h>

#include <functional>

#include "common/units/time.h"
#include "common/uv/handle.h"
#include "common/uv/loop.h"
#include "common/uv/timer.h"

namespace halcyon::signald {

/// Calls logic that keeps its own deadlines when the next one has come. Asks for it before each
/// sleep of the loop, so that nobody has to say when it changed. The only place that arms a timer
/// for such logic.
class DeadlineDriver {
 public:
  /// `next` may give Timestamp::never(). Neither is called after this object is gone.
  DeadlineDriver(uv::Loop& loop, std::function<Timestamp()> next, std::function<void()> due);

 private:
  void arm();

  std::function<Timestamp()> next_;
  Timestamp armed_for_ = Timestamp::never();
  uv::Timer timer_;
  uv::Handle<uv_prepare_t> before_sleep_;
};

}  // namespace halcyon::signald
