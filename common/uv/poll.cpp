#include "common/uv/poll.h"

#include "common/check/check.h"

namespace halcyon::uv {
namespace {

void on_poll(uv_poll_t* handle, int status, int events) {
  if (handle->data == nullptr) return;
  const auto callback = *static_cast<std::function<void(Poll::Events)>*>(handle->data);
  // An error makes the descriptor "readable": the read that follows reports it.
  callback({.readable = status < 0 || (events & UV_READABLE) != 0,
            .writable = (events & UV_WRITABLE) != 0});
}

}  // namespace

Poll::Poll(Loop& loop, int fd, std::function<void(Events)> callback)
    : callback_(std::move(callback)), handle_(&callback_) {
  check(uv_poll_init(loop.raw(), handle_.get(), fd) == 0);
}

void Poll::watch(Events events) {
  const int mask = (events.readable ? UV_READABLE : 0) | (events.writable ? UV_WRITABLE : 0);
  check(uv_poll_start(handle_.get(), mask, on_poll) == 0);
}

void Poll::stop() { uv_poll_stop(handle_.get()); }

}  // namespace halcyon::uv
