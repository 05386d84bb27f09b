#include "signald/session/login.h"

#include <memory>
#include <utility>

namespace halcyon::signald {

namespace {

/// A login under way; owned by the callback of the verification that is running.
class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(PasswordVerifier& verifier, PasswordLogin login, std::string password, LoginDone done)
      : verifier_(verifier),
        login_(std::move(login)),
        password_(std::move(password)),
        done_(std::move(done)) {}

  void try_next(Moment now) {
    while (next_ < login_.candidates.size()) {
      const Password& stored = login_.candidates[next_].password;
      if (is_costly(stored)) {
        verifier_.verify(stored, password_, now,
                         [self = shared_from_this()](PasswordMatch match, Moment then) {
                           if (!self->settle(match, then)) {
                             self->try_next(then);
                           }
                         });
        return;
      }
      if (settle(match_password(stored, password_), now)) {
        return;
      }
    }
    done_(unexpected<LoginError>(LoginError::kNotAuthorised), now);
  }

 private:
  /// True when this candidate has decided.
  bool settle(PasswordMatch match, Moment now) {
    const PasswordLogin::Candidate& candidate = login_.candidates[next_++];
    if (match == PasswordMatch::kMatch) {
      done_(candidate.permissions, now);
      return true;
    }
    // Not checked is not mismatched: the next candidate must not get its chance by overload.
    if (match == PasswordMatch::kOverloaded || (match == PasswordMatch::kError && login_.named)) {
      done_(unexpected<LoginError>(LoginError::kInternal), now);
      return true;
    }
    return false;
  }

  PasswordVerifier& verifier_;
  PasswordLogin login_;
  std::string password_;
  LoginDone done_;
  std::size_t next_ = 0;
};

}  // namespace

PasswordLogin password_login(const GroupDescription& description, const std::string& username) {
  PasswordLogin login;
  const auto user = description.users.find(username);
  if (user != description.users.end()) {
    login.named = true;
    login.candidates.push_back({user->second.password, description.permissions_of(user->second)});
    return login;
  }
  std::vector<UserEntry> entries = description.fallback_users;
  if (description.wildcard_user) {
    entries.push_back(*description.wildcard_user);
  }
  // Whoever knows a password gets what it is worth before "anybody" is considered.
  for (const bool wildcard : {false, true}) {
    for (const UserEntry& entry : entries) {
      if ((entry.password.type == Password::Type::kWildcard) == wildcard) {
        login.candidates.push_back({entry.password, description.permissions_of(entry)});
      }
    }
  }
  return login;
}

void run_password_login(PasswordVerifier& verifier, PasswordLogin login, std::string password,
                        Moment now, LoginDone done) {
  std::make_shared<Attempt>(verifier, std::move(login), std::move(password), std::move(done))
      ->try_next(now);
}

}  // namespace halcyon::signald
