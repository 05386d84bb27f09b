#include "signald/service/threaded_hasher.h"

#include <uv.h>

#include <optional>
#include <utility>

#include "common/clock/clock.h"

namespace halcyon::signald {

/// Owned by libuv from its start to its last callback.
struct ThreadedHasher::Job {
  uv_work_t work{};
  std::string password;
  BcryptParts parts;
  Done done;
  std::shared_ptr<bool> alive;
  std::optional<ResultOr<Password>> result;
};

ThreadedHasher::~ThreadedHasher() { *alive_ = false; }

void ThreadedHasher::hash(std::string password, Moment /*now*/, Done done) {
  auto job = std::make_unique<Job>();
  job->work.data = job.get();
  job->password = std::move(password);
  job->parts = new_bcrypt_parts(kNewPasswordCost, random_);
  job->done = std::move(done);
  job->alive = alive_;
  const auto compute = [](uv_work_t* work) {
    auto* self = static_cast<Job*>(work->data);
    self->result = make_bcrypt_password(self->password, self->parts);
  };
  const auto finish = [](uv_work_t* work, int /*status*/) {
    const std::unique_ptr<Job> self(static_cast<Job*>(work->data));
    if (*self->alive) self->done(std::move(*self->result), Moment{monotonic_now(), wall_now()});
  };
  uv_queue_work(loop_.raw(), &job.release()->work, compute, finish);
}

}  // namespace halcyon::signald
