#include "signald/api/admin_authoriser.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/log/log.h"
#include "signald/groups/names.h"
#include "signald/http/authorization.h"
#include "signald/http/login_refusal.h"
#include "signald/session/login.h"
#include "signald/session/token_login.h"

namespace halcyon::signald {

struct AdminAuthoriser::Question {
  std::string group;                // empty: the whole server
  std::optional<std::string> user;  // set: a change of this user's password
};

namespace {

bool is_admin(const UserEntry& entry) {
  return entry.grant.permissions(RecordingAllowed::kNo, UnrestrictedTokens::kNo)
      .has(permission::kAdmin);
}

/// Whether knowing this password proves who somebody is: not when anybody knows it.
bool identifies(const Password& password) {
  return password.type != Password::Type::kWildcard &&
         !(password.type == Password::Type::kPlain && password.key && password.key->empty());
}

}  // namespace

/// A question being answered; owned by the callback of the verification that is running.
class AdminAuthoriser::Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(const Parts& parts, Question question, Authorization offered, Done done)
      : parts_(parts),
        question_(std::move(question)),
        offered_(std::move(offered)),
        done_(std::move(done)) {}

  void start(Moment now) {
    const auto config = parts_.config.contents();
    // An unreadable configuration refuses everybody: who is in it cannot be known.
    if (!config) return done_(AdminVerdict::kRefused, now);
    if (!offered_.basic) return ask_group(now);
    const auto user = (*config)->users.find(offered_.basic->username);
    if (user == (*config)->users.end() || !is_admin(user->second)) {
      return ask_nobody(**config, now);
    }
    parts_.passwords.verify(user->second.password, offered_.basic->password, now,
                            [self = shared_from_this()](PasswordMatch match, Moment then) {
                              self->global_checked(match, then);
                            });
  }

 private:
  /// Computes the hash of some administrator, for nothing: a name that is no administrator's takes
  /// as long as one that is.
  void ask_nobody(const ConfigContents& config, Moment now) {
    const auto admin = std::find_if(config.users.begin(), config.users.end(), [](const auto& user) {
      return is_admin(user.second) && is_costly(user.second.password);
    });
    if (admin == config.users.end()) return ask_group(now);
    parts_.passwords.verify(admin->second.password, offered_.basic->password, now,
                            [self = shared_from_this()](PasswordMatch match, Moment then) {
                              if (match == PasswordMatch::kOverloaded) {
                                return self->done_(AdminVerdict::kOverloaded, then);
                              }
                              self->ask_group(then);
                            });
  }

  void global_checked(PasswordMatch match, Moment now) {
    switch (match) {
      case PasswordMatch::kMatch:
        return done_(AdminVerdict::kAdmitted, now);
      case PasswordMatch::kMismatch:
        return ask_group(now);
      case PasswordMatch::kError:
        spdlog::error("the configuration's password of {} is broken",
                      redacted(offered_.basic->username));
        return done_(AdminVerdict::kRefused, now);
      case PasswordMatch::kOverloaded:
        return done_(AdminVerdict::kOverloaded, now);
    }
  }

  void ask_group(Moment now) {
    if (question_.group.empty()) return done_(root_token_verdict(now.wall), now);
    if (!is_valid_group_name(question_.group)) return done_(AdminVerdict::kRefused, now);
    const auto found = parts_.groups.find(question_.group);
    if (!found) return done_(AdminVerdict::kRefused, now);
    const auto description = parts_.groups.load(*found);
    if (!description) return done_(AdminVerdict::kRefused, now);
    if (offered_.bearer) return done_(token_verdict(**description, now.wall), now);
    if (!offered_.basic) return done_(AdminVerdict::kRefused, now);
    ask_password(**description, now);
  }

  AdminVerdict root_token_verdict(WallTime now) {
    if (!offered_.bearer) return AdminVerdict::kRefused;
    const auto token = parts_.tokens.find(*offered_.bearer);
    if (!token || token_problem(*token, "", now)) return AdminVerdict::kRefused;
    const Permissions permissions(token->permissions.value_or(std::vector<std::string>()));
    return permissions.has(permission::kAdmin) ? AdminVerdict::kAdmitted : AdminVerdict::kRefused;
  }

  AdminVerdict token_verdict(const GroupDescription& description, WallTime now) {
    const auto identity = token_login({description, parts_.tokens, parts_.config}, question_.group,
                                      *offered_.bearer, std::nullopt, now);
    const bool good = identity && is_valid_user_name(identity->username) &&
                      identity->permissions.has(permission::kAdmin);
    return good ? AdminVerdict::kAdmitted : AdminVerdict::kRefused;
  }

  /// Whether the right password of the user who is asking admits, whatever the user may do.
  bool is_own_password(const GroupDescription& description) const {
    if (!question_.user || question_.user->empty()) return false;
    if (offered_.basic->username != *question_.user) return false;
    const auto user = description.users.find(*question_.user);
    return user != description.users.end() && identifies(user->second.password);
  }

  void ask_password(const GroupDescription& description, Moment now) {
    const bool own = is_own_password(description);
    const std::string& username = offered_.basic->username;
    if (!is_valid_user_name(username) && !own) return done_(AdminVerdict::kRefused, now);
    run_password_login(
        parts_.passwords, password_login(description, username), offered_.basic->password, now,
        [self = shared_from_this(), own](Result<Permissions, LoginError> result, Moment then) {
          if (!result && result.error() == LoginError::kOverloaded) {
            return self->done_(AdminVerdict::kOverloaded, then);
          }
          const bool good = result && (own || result->has(permission::kAdmin));
          self->done_(good ? AdminVerdict::kAdmitted : AdminVerdict::kRefused, then);
        });
  }

  const Parts& parts_;
  Question question_;
  Authorization offered_;
  Done done_;
};

void AdminAuthoriser::root(const Request& request, Moment now, Done done) {
  ask({}, request, now, std::move(done));
}

void AdminAuthoriser::group(const Request& request, const std::string& group, Moment now,
                            Done done) {
  ask({group, std::nullopt}, request, now, std::move(done));
}

void AdminAuthoriser::password_change(const Request& request, const std::string& group,
                                      const std::string& user, Moment now, Done done) {
  ask({group, user}, request, now, std::move(done));
}

void AdminAuthoriser::ask(Question question, const Request& request, Moment now, Done done) {
  Authorization offered = read_authorization(request.headers);
  // Browsers ask without credentials first, which is no attempt to guess any.
  if (!offered.basic && !offered.bearer) return done(AdminVerdict::kRefused, now);
  if (!throttle_.allows(request.peer, now.now)) {
    spdlog::warn("administration: {}: too many failed logins", redacted(request.peer.to_string()));
    return done(AdminVerdict::kTooManyFailures, now);
  }
  if (!throttle_.start(request.peer)) return done(AdminVerdict::kOverloaded, now);
  Done counted = [this, peer = request.peer, done = std::move(done)](AdminVerdict verdict,
                                                                     Moment then) {
    throttle_.ended(peer);
    if (verdict == AdminVerdict::kRefused) throttle_.failed(peer, then.now);
    done(verdict, then);
  };
  std::make_shared<Attempt>(parts_, std::move(question), std::move(offered), std::move(counted))
      ->start(now);
}

Response admin_refusal(AdminVerdict verdict) {
  switch (verdict) {
    case AdminVerdict::kTooManyFailures:
      return too_many_failures(LoginThrottle::kForgetAfter);
    case AdminVerdict::kOverloaded:
      return too_many_logins();
    default:
      return ask_for_password("/galene-api/");
  }
}

}  // namespace halcyon::signald
