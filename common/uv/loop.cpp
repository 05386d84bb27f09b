#include "common/uv/loop.h"

#include "common/check/check.h"

namespace halcyon::uv {

Loop::Loop() { check(uv_loop_init(&loop_) == 0); }

Loop::~Loop() {
  // Handles are freed in their close callbacks, which need the loop to turn once more. A handle
  // that somebody else left open (libwebsockets keeps some until its context is gone) must not make
  // this wait for ever.
  for (int i = 0; i < 100 && uv_loop_close(&loop_) == UV_EBUSY; ++i) uv_run(&loop_, UV_RUN_NOWAIT);
}

void Loop::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

void Loop::stop() { uv_stop(&loop_); }

}  // namespace halcyon::uv
