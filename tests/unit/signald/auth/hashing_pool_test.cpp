#include "signald/auth/hashing_pool.h"

#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>
#include <string>

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// A loop that sleeps until it is woken.
class Loop {
 public:
  void wake() {
    const std::lock_guard lock(mutex_);
    ++woken_;
    changed_.notify_all();
  }
  void wait_for_next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return woken_ > seen_; });
    seen_ = woken_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int woken_ = 0;
  int seen_ = 0;
};

Password bcrypt_secret() {
  Password password;
  password.type = Password::Type::kBcrypt;
  password.key = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  return password;
}

}  // namespace

TEST_CASE("HashingPool gives each caller its own verdict, on the thread that polls") {
  Loop loop;
  HashingPool pool(2, [&] { loop.wake(); });
  const auto here = std::this_thread::get_id();
  const Moment later{Timestamp::from_ms(5), WallTime{7}};
  int right = 0;
  int done = 0;
  for (int i = 0; i < 20; ++i) {
    const bool good = i % 3 == 0;
    pool.verify(bcrypt_secret(), good ? "secret" : "wrong", Moment(),
                [&, good](PasswordMatch match, Moment now) {
                  CHECK(std::this_thread::get_id() == here);
                  CHECK(now.wall == later.wall);
                  right += match == (good ? PasswordMatch::kMatch : PasswordMatch::kMismatch);
                  ++done;
                });
  }
  CHECK(done == 0);
  while (done < 20) {
    loop.wait_for_next();
    pool.poll(later);
  }
  CHECK(right == 20);
}

TEST_CASE("HashingPool says at once when too many wait") {
  Loop loop;
  HashingPool pool(1, [&] { loop.wake(); });
  std::size_t refused = 0;
  const std::size_t count = HashingPool::kMaxWaiting + 200;
  for (std::size_t i = 0; i < count; ++i) {
    pool.verify(bcrypt_secret(), "secret", Moment(), [&](PasswordMatch match, Moment) {
      refused += match == PasswordMatch::kOverloaded ? 1 : 0;
    });
  }
  CHECK(refused > 0);
  CHECK(refused <= 200);
}

TEST_CASE("HashingPool forgets callbacks when it ends") {
  bool called = false;
  {
    HashingPool pool(1, [] {});
    pool.verify(bcrypt_secret(), "secret", Moment(), [&](PasswordMatch, Moment) { called = true; });
  }
  CHECK_FALSE(called);
}
