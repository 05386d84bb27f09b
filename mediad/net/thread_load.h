#pragma once

#include "common/units/time.h"

namespace halcyon::mediad {

/// How much of one core the calling thread has used since it was last asked.
class ThreadLoad {
 public:
  explicit ThreadLoad(Timestamp now) : asked_(now), used_(used_by_this_thread()) {}
  /// 0..1. Only from the thread that made this object.
  double since_last(Timestamp now);

 private:
  static TimeDelta used_by_this_thread();
  Timestamp asked_;
  TimeDelta used_;
};

}  // namespace halcyon::mediad
