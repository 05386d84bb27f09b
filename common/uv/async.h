#pragma once

#include <functional>

#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// Lets another thread run a callback on the loop. Several wakes may end in one call.
class Async {
 public:
  Async(Loop& loop, std::function<void()> callback);
  /// From any thread, as long as this object lives.
  void wake();

 private:
  std::function<void()> callback_;
  Handle<uv_async_t> handle_;
};

}  // namespace halcyon::uv
