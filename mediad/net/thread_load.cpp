#include "mediad/net/thread_load.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace halcyon::mediad {

TimeDelta ThreadLoad::used_by_this_thread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return TimeDelta::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         TimeDelta::micros(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double ThreadLoad::since_last(Timestamp now) {
  const TimeDelta used = used_by_this_thread();
  const double busy = (used - std::exchange(used_, used)).seconds_f();
  const double passed = (now - std::exchange(asked_, now)).seconds_f();
  return passed <= 0 ? 0 : std::clamp(busy / passed, 0.0, 1.0);
}

}  // namespace halcyon::mediad
