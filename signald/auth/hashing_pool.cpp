#include "signald/auth/hashing_pool.h"

#include <algorithm>
#include <utility>

namespace halcyon::signald {

HashingPool::HashingPool(std::size_t threads, std::function<void()> wake) : wake_(std::move(wake)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

HashingPool::~HashingPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void HashingPool::verify(const Password& stored, std::string supplied, Moment now, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({stored, std::move(supplied), std::move(done)});
      changed_.notify_one();
      return;
    }
  }
  done(PasswordMatch::kOverloaded, now);
}

void HashingPool::poll(Moment now) {
  std::vector<Verdict> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (const Verdict& verdict : finished) {
    verdict.done(verdict.match, now);
  }
}

void HashingPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) {
      return;
    }
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const PasswordMatch match = match_password(job.stored, job.supplied);
    lock.lock();
    finished_.push_back({match, std::move(job.done)});
    lock.unlock();
    wake_();
    lock.lock();
  }
}

}  // namespace halcyon::signald
