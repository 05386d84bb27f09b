#include "common/uv/signal.h"

#include "common/check/check.h"

namespace halcyon::uv {

SignalWatch::SignalWatch(Loop& loop, int signal_number, std::function<void()> callback)
    : callback_(std::move(callback)), handle_(&callback_) {
  check(uv_signal_init(loop.raw(), handle_.get()) == 0);
  const auto on_signal = [](uv_signal_t* handle, int) {
    if (handle->data == nullptr) return;
    const auto copy = *static_cast<std::function<void()>*>(handle->data);
    copy();
  };
  check(uv_signal_start(handle_.get(), on_signal, signal_number) == 0);
  uv_unref(handle_.base());
}

}  // namespace halcyon::uv
