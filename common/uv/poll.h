#pragma once

#include <functional>

#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// Watches a file descriptor that somebody else owns and must keep open for longer than this.
class Poll {
 public:
  struct Events {
    bool readable = false;
    bool writable = false;
  };
  Poll(Loop& loop, int fd, std::function<void(Events)> callback);

  void watch(Events events);
  void stop();

 private:
  std::function<void(Events)> callback_;
  Handle<uv_poll_t> handle_;
};

}  // namespace halcyon::uv
