#pragma once

#include <functional>
#include <string>

#include "common/units/moment.h"
#include "signald/auth/password_verifier.h"
#include "signald/auth/token_store.h"
#include "signald/config/config_file.h"
#include "signald/groups/group_files.h"
#include "signald/http/http_message.h"
#include "signald/session/login_throttle.h"

namespace halcyon::signald {

enum class AdminVerdict {
  kAdmitted,
  kRefused,
  kTooManyFailures,  // from this address; nothing was checked
  kOverloaded,       // too many passwords are being checked
};

/// Who may administer what, by the credentials of an HTTP request (auth.md 8). Costly passwords are
/// checked by the verifier, off the loop; failures are counted by address.
class AdminAuthoriser {
 public:
  /// All borrowed; must outlive the callbacks under way.
  struct Parts {
    ConfigFile& config;
    const GroupFiles& groups;
    TokenStore& tokens;
    PasswordVerifier& passwords;
  };
  /// Called once, perhaps before the question returns, with the moment of the call.
  using Done = std::function<void(AdminVerdict, Moment)>;

  explicit AdminAuthoriser(Parts parts) : parts_(parts) {}
  AdminAuthoriser(const AdminAuthoriser&) = delete;
  AdminAuthoriser& operator=(const AdminAuthoriser&) = delete;

  /// For the whole server: a user of the configuration, or a token of the root with all its
  /// subgroups. The request is not needed any more when this returns.
  void root(const Request& request, Moment now, Done done);
  /// For one group: those of the configuration, its own administrators and bearers of its tokens.
  /// Nobody but the former when there is no such group.
  void group(const Request& request, const std::string& group, Moment now, Done done);
  /// For a new password of the named user: the group's administrators, and the user by the old one.
  void password_change(const Request& request, const std::string& group, const std::string& user,
                       Moment now, Done done);

 private:
  struct Question;
  class Attempt;
  void ask(Question question, const Request& request, Moment now, Done done);

  Parts parts_;
  LoginThrottle throttle_;
};

/// What a request is told whose verdict is not kAdmitted.
Response admin_refusal(AdminVerdict verdict);

}  // namespace halcyon::signald
