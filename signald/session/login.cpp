#include "signald/session/login.h"

#include <functional>
#include <iterator>
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
    refuse(now);
  }

 private:
  /// After the decoys that are left.
  void refuse(Moment now) {
    if (next_decoy_ == login_.decoys.size()) {
      done_(unexpected<LoginError>(LoginError::kNotAuthorised), now);
      return;
    }
    verifier_.verify(login_.decoys[next_decoy_++], password_, now,
                     [self = shared_from_this()](PasswordMatch /*ignored*/, Moment then) {
                       self->refuse(then);
                     });
  }

  /// True when this candidate has decided.
  bool settle(PasswordMatch match, Moment now) {
    const PasswordLogin::Candidate& candidate = login_.candidates[next_++];
    if (match == PasswordMatch::kMatch) {
      done_(candidate.permissions, now);
      return true;
    }
    // Not checked is not mismatched: the next candidate must not get its chance by overload.
    if (match == PasswordMatch::kOverloaded) {
      done_(unexpected<LoginError>(LoginError::kOverloaded), now);
      return true;
    }
    if (match == PasswordMatch::kError && login_.named) {
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
  std::size_t next_decoy_ = 0;
};

void add_decoy(const Password& password, PasswordLogin& login) {
  if (is_costly(password)) {
    login.decoys.push_back(password);
  }
}

/// The user whose password is computed for a name that nobody has.
const UserEntry& stand_in(const GroupDescription& description, const std::string& username,
                          std::string_view seed) {
  const std::size_t hash = std::hash<std::string>()(std::string(seed) + username);
  const auto offset = static_cast<std::ptrdiff_t>(hash % description.users.size());
  return std::next(description.users.begin(), offset)->second;
}

}  // namespace

PasswordLogin password_login(const GroupDescription& description, const std::string& username,
                             std::string_view decoy_seed) {
  std::vector<UserEntry> entries = description.fallback_users;
  if (description.wildcard_user) {
    entries.push_back(*description.wildcard_user);
  }
  PasswordLogin login;
  const auto user = description.users.find(username);
  if (user != description.users.end()) {
    login.named = true;
    login.candidates.push_back({user->second.password, description.permissions_of(user->second)});
    for (const UserEntry& entry : entries) {
      add_decoy(entry.password, login);
    }
    return login;
  }
  // Whoever knows a password gets what it is worth before "anybody" is considered.
  for (const bool wildcard : {false, true}) {
    for (const UserEntry& entry : entries) {
      if ((entry.password.type == Password::Type::kWildcard) == wildcard) {
        login.candidates.push_back({entry.password, description.permissions_of(entry)});
      }
    }
  }
  if (!description.users.empty()) {
    add_decoy(stand_in(description, username, decoy_seed).password, login);
  }
  return login;
}

void run_password_login(PasswordVerifier& verifier, PasswordLogin login, std::string password,
                        Moment now, LoginDone done) {
  std::make_shared<Attempt>(verifier, std::move(login), std::move(password), std::move(done))
      ->try_next(now);
}

}  // namespace halcyon::signald
