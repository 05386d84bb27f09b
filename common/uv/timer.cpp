#include "common/uv/timer.h"

#include <algorithm>

#include "common/check/check.h"

namespace halcyon::uv {
namespace {

void on_timer(uv_timer_t* handle) {
  if (handle->data == nullptr) return;
  // The callback may destroy the timer, and with it the function that is running: run a copy.
  const auto callback = *static_cast<std::function<void()>*>(handle->data);
  callback();
}

std::uint64_t whole_ms(TimeDelta d) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, (d.us() + 999) / 1000));
}

}  // namespace

Timer::Timer(Loop& loop, std::function<void()> callback)
    : callback_(std::move(callback)), handle_(&callback_) {
  check(uv_timer_init(loop.raw(), handle_.get()) == 0);
}

void Timer::start_once(TimeDelta after) {
  uv_update_time(handle_.get()->loop);
  uv_timer_start(handle_.get(), on_timer, whole_ms(after), 0);
}

void Timer::start_repeating(TimeDelta interval) {
  uv_update_time(handle_.get()->loop);
  uv_timer_start(handle_.get(), on_timer, whole_ms(interval), whole_ms(interval));
}

void Timer::stop() { uv_timer_stop(handle_.get()); }

}  // namespace halcyon::uv
