#pragma once

#include <functional>
#include <string>

#include "common/result/error.h"
#include "common/units/moment.h"
#include "signald/auth/new_bcrypt.h"
#include "signald/auth/password.h"

namespace halcyon::signald {

/// What passwords that come in clear are stored with: some twenty milliseconds a login.
inline constexpr int kNewPasswordCost = 8;

/// Turns new passwords into what may be stored, possibly on other threads.
class PasswordHasher {
 public:
  using Done = std::function<void(ResultOr<Password>, Moment)>;
  virtual ~PasswordHasher() = default;
  /// Calls `done` once on the loop, with the moment of that call. The error is for whoever sent the
  /// password.
  virtual void hash(std::string password, Moment now, Done done) = 0;
};

/// Computes at once, on the calling thread.
class SynchronousHasher final : public PasswordHasher {
 public:
  /// Borrowed.
  explicit SynchronousHasher(RandomSource& random) : random_(random) {}
  void hash(std::string password, Moment now, Done done) override {
    done(make_bcrypt_password(password, new_bcrypt_parts(kNewPasswordCost, random_)), now);
  }

 private:
  RandomSource& random_;
};

}  // namespace halcyon::signald
