#pragma once

#include <cstddef>
#include <memory>

#include "common/uv/loop.h"
#include "signald/auth/password_verifier.h"

namespace halcyon::signald {

/// Passwords being checked at once. A hash takes a tenth of a second and more, so that whoever
/// comes after these would wait for minutes.
inline constexpr std::size_t kMaxPendingPasswords = 512;

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
