#include "signald/service/threaded_verifier.h"

#include <stdlib.h>
#include <uv.h>

#include <algorithm>
#include <string>
#include <utility>

#include "common/clock/clock.h"
#include "common/log/log.h"

namespace halcyon::signald {

void size_thread_pool(unsigned processors) {
  const std::string size = std::to_string(std::max(processors, 1u));
  (void)::setenv("UV_THREADPOOL_SIZE", size.c_str(), 0);
}

/// Owned by libuv from its start to its last callback.
struct ThreadedVerifier::Job {
  uv_work_t work{};
  Password stored;
  std::string supplied;
  Done done;
  std::shared_ptr<std::size_t> pending;
  std::shared_ptr<bool> alive;
  PasswordMatch result = PasswordMatch::kError;
};

ThreadedVerifier::~ThreadedVerifier() { *alive_ = false; }

void ThreadedVerifier::verify(const Password& stored, std::string supplied, Moment now, Done done) {
  if (!is_costly(stored)) {
    done(match_password(stored, supplied), now);
    return;
  }
  if (*pending_ >= kMaxPendingPasswords) {
    spdlog::warn("refusing a login: {} passwords are being checked already", *pending_);
    done(PasswordMatch::kOverloaded, now);
    return;
  }
  ++*pending_;
  auto job = std::make_unique<Job>();
  job->work.data = job.get();
  job->stored = stored;
  job->supplied = std::move(supplied);
  job->done = std::move(done);
  job->pending = pending_;
  job->alive = alive_;
  const auto compute = [](uv_work_t* work) {
    auto* self = static_cast<Job*>(work->data);
    self->result = match_password(self->stored, self->supplied);
  };
  const auto finish = [](uv_work_t* work, int /*status*/) {
    const std::unique_ptr<Job> self(static_cast<Job*>(work->data));
    --*self->pending;
    if (*self->alive) self->done(self->result, Moment{monotonic_now(), wall_now()});
  };
  uv_queue_work(loop_.raw(), &job.release()->work, compute, finish);
}

}  // namespace halcyon::signald
