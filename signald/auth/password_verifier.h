#pragma once

#include <functional>
#include <string>

#include "common/units/moment.h"
#include "signald/auth/password.h"

namespace halcyon::signald {

/// Checks passwords whose hashes take long, possibly on other threads.
class PasswordVerifier {
 public:
  using Done = std::function<void(PasswordMatch, Moment)>;
  virtual ~PasswordVerifier() = default;
  /// Calls `done` once on the loop, with the moment of that call: perhaps before this returns,
  /// perhaps much later.
  virtual void verify(const Password& stored, std::string supplied, Moment now, Done done) = 0;
};

/// Computes at once, on the calling thread.
class SynchronousVerifier final : public PasswordVerifier {
 public:
  void verify(const Password& stored, std::string supplied, Moment now, Done done) override {
    done(match_password(stored, supplied), now);
  }
};

}  // namespace halcyon::signald
