#pragma once

#include <cstddef>
#include <memory>

#include "common/uv/loop.h"
#include "signald/auth/password_verifier.h"

namespace halcyon::signald {

/// Passwords being checked at once. A hash takes a tenth of a second and more, so that whoever
/// comes after these would wait for minutes.
inline constexpr std::size_t kMaxPendingPasswords = 512;

/// Gives libuv's pool one thread per processor, so that as many passwords are checked at once and
/// no more. To be called before the first work of any loop; the environment's UV_THREADPOOL_SIZE
/// wins.
void size_thread_pool(unsigned processors);

/// Checks costly passwords on libuv's thread pool, so that a login never holds up the others'
/// messages; cheap ones at once.
class ThreadedVerifier final : public PasswordVerifier {
 public:
  explicit ThreadedVerifier(uv::Loop& loop) : loop_(loop) {}
  /// Checks under way end unheard.
  ~ThreadedVerifier() override;

  /// With too many under way: kOverloaded, at once.
  void verify(const Password& stored, std::string supplied, Moment now, Done done) override;

 private:
  struct Job;
  uv::Loop& loop_;
  std::shared_ptr<std::size_t> pending_ = std::make_shared<std::size_t>(0);
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace halcyon::signald
