#include "signald/service/deadline_driver.h"

#include <utility>

#include "common/check/check.h"
#include "common/clock/clock.h"

namespace halcyon::signald {

DeadlineDriver::DeadlineDriver(uv::Loop& loop, std::function<Timestamp()> next,
                               std::function<void()> due)
    : next_(std::move(next)),
      timer_(loop,
             [this, call = std::move(due)] {
               armed_for_ = Timestamp::never();
               call();
             }),
      before_sleep_(this) {
  check(uv_prepare_init(loop.raw(), before_sleep_.get()) == 0);
  const auto before_sleep = [](uv_prepare_t* handle) {
    auto* self = static_cast<DeadlineDriver*>(handle->data);
    if (self != nullptr) self->arm();
  };
  check(uv_prepare_start(before_sleep_.get(), before_sleep) == 0);
  // It has nothing to wait for by itself.
  uv_unref(before_sleep_.base());
}

void DeadlineDriver::arm() {
  const Timestamp next = next_();
  if (next == armed_for_) return;
  armed_for_ = next;
  if (next.is_never()) {
    timer_.stop();
  } else {
    timer_.start_once(next - monotonic_now());
  }
}

}  // namespace halcyon::signald
