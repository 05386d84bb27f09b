#pragma once

#include <memory>

#include "common/random/random.h"
#include "common/uv/loop.h"
#include "signald/auth/password_hasher.h"

namespace halcyon::signald {

/// Hashes new passwords on libuv's thread pool. How many are under way is bounded by how many
/// requests are.
class ThreadedHasher final : public PasswordHasher {
 public:
  /// Borrowed.
  ThreadedHasher(uv::Loop& loop, RandomSource& random) : loop_(loop), random_(random) {}
  /// Hashes under way end unheard.
  ~ThreadedHasher() override;

  void hash(std::string password, Moment now, Done done) override;

 private:
  struct Job;
  uv::Loop& loop_;
  RandomSource& random_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace halcyon::signald
