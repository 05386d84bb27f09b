#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// A child process that inherits standard error and nothing else. Destroying this object forgets
/// the child but does not end it.
class ChildProcess {
 public:
  struct Callbacks {
    /// Gets the exit status and the signal that ended it, 0 if none.
    std::function<void(int exit_status, int signal)> exited;
    /// If set, gets what the child writes to standard output and standard error, in pieces of any
    /// size, instead of its going to our own standard error.
    std::function<void(std::string_view text)> output;
  };
  static ResultOr<std::unique_ptr<ChildProcess>> spawn(Loop& loop,
                                                       const std::vector<std::string>& arguments,
                                                       Callbacks callbacks);
  static ResultOr<std::unique_ptr<ChildProcess>> spawn(
      Loop& loop, const std::vector<std::string>& arguments,
      std::function<void(int exit_status, int signal)> exited);

  int pid() const;
  void kill(int signal);

 private:
  explicit ChildProcess(Callbacks callbacks);
  /// Gives the end for the child.
  ResultOr<int> open_output(Loop& loop);
  void read_output();

  Callbacks callbacks_;
  bool running_ = false;
  Handle<uv_process_t> handle_;
  std::optional<Handle<uv_pipe_t>> output_;
};

}  // namespace halcyon::uv
