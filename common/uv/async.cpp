#include "common/uv/async.h"

#include "common/check/check.h"

namespace halcyon::uv {

Async::Async(Loop& loop, std::function<void()> callback)
    : callback_(std::move(callback)), handle_(&callback_) {
  const auto on_async = [](uv_async_t* handle) {
    if (handle->data == nullptr) return;
    const auto copy = *static_cast<std::function<void()>*>(handle->data);
    copy();
  };
  check(uv_async_init(loop.raw(), handle_.get(), on_async) == 0);
}

void Async::wake() { uv_async_send(handle_.get()); }

}  // namespace halcyon::uv
