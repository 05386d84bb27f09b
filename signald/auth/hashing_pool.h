#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "signald/auth/password_verifier.h"

namespace halcyon::signald {

/// Checks passwords on threads of its own, so that a bcrypt of a quarter of a second delays nobody
/// but its owner. All calls are for the thread of the loop.
class HashingPool final : public PasswordVerifier {
 public:
  /// Logins waiting for a thread; further ones are told so at once.
  static constexpr std::size_t kMaxWaiting = 1000;

  /// `wake` is called on any thread when poll() has something to do; it must not call back.
  HashingPool(std::size_t threads, std::function<void()> wake);
  /// Waits for the checks that are running; callbacks that have not been called will not be.
  ~HashingPool() override;
  HashingPool(const HashingPool&) = delete;
  HashingPool& operator=(const HashingPool&) = delete;

  void verify(const Password& stored, std::string supplied, Moment now, Done done) override;
  /// Calls back for all checks that are finished.
  void poll(Moment now);

 private:
  struct Job {
    Password stored;
    std::string supplied;
    Done done;
  };
  struct Verdict {
    PasswordMatch match = PasswordMatch::kError;
    Done done;
  };

  void work();

  std::function<void()> wake_;
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::vector<Verdict> finished_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace halcyon::signald
