#pragma once

#include <functional>
#include <string>

#include "common/units/moment.h"
#include "signald/auth/password_verifier.h"
#include "signald/groups/group_files.h"
#include "signald/http/http_message.h"
#include "signald/session/login_throttle.h"

namespace halcyon::signald {

enum class RecordingsVerdict {
  kAdmitted,
  kRefused,          // no credentials, or no permission to record
  kWrongPassword,    // or user
  kTooManyFailures,  // from this address; nothing was checked
  kOverloaded,       // too many passwords are being checked
};

/// Whether an HTTP request may see and delete the recordings of a group: a name and a password of
/// the group, by Basic authentication only, with the permission "record" (http.md 9.2). Costly
/// passwords are checked by the verifier, off the loop; failures are counted by address.
class RecordingsAccess {
 public:
  using Done = std::function<void(RecordingsVerdict, Moment)>;

  /// Both are borrowed and must outlive the callbacks under way, as this must.
  RecordingsAccess(const GroupFiles& groups, PasswordVerifier& passwords)
      : groups_(groups), passwords_(passwords) {}

  /// Calls `done` once, perhaps before it returns. A group that does not exist refuses like a wrong
  /// password.
  void ask(const Request& request, const std::string& group, Moment now, Done done);

 private:
  const GroupFiles& groups_;
  PasswordVerifier& passwords_;
  LoginThrottle throttle_;
};

}  // namespace halcyon::signald
