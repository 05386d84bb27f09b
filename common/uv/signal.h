#pragma once

#include <functional>

#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// Calls back each time the process gets the signal. Does not keep the loop running.
class SignalWatch {
 public:
  SignalWatch(Loop& loop, int signal_number, std::function<void()> callback);

 private:
  std::function<void()> callback_;
  Handle<uv_signal_t> handle_;
};

}  // namespace halcyon::uv
