#pragma once

#include <uv.h>

namespace halcyon::uv {

/// An event loop. All handles of common/uv borrow it and must be destroyed before it.
class Loop {
 public:
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Runs the close callbacks that are still due, then closes the loop.
  ~Loop();

  /// Until stop() or until nothing is left to wait for.
  void run();
  void stop();
  uv_loop_t* raw() { return &loop_; }

 private:
  uv_loop_t loop_;
};

}  // namespace halcyon::uv
