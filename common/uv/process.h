#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result/error.h"
#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// A child process that inherits standard error and nothing else. Destroying this object forgets the child but does not
/// end it.
class ChildProcess {
 public:
  /// `exited` gets the exit status and the signal that ended it, 0 if none.
  static ResultOr<std::unique_ptr<ChildProcess>> spawn(
      Loop& loop, const std::vector<std::string>& arguments,
      std::function<void(int exit_status, int signal)> exited);

  int pid() const;
  void kill(int signal);

 private:
  explicit ChildProcess(std::function<void(int, int)> exited);
  std::function<void(int, int)> exited_;
  bool running_ = false;
  Handle<uv_process_t> handle_;
};

}  // namespace halcyon::uv
