#include "signald/recordings/recordings_access.h"

#include <utility>

#include "common/log/log.h"
#include "signald/groups/names.h"
#include "signald/http/authorization.h"
#include "signald/session/login.h"

namespace halcyon::signald {
namespace {

RecordingsVerdict verdict_of(const Result<Permissions, LoginError>& result) {
  if (result) {
    return result->has(permission::kRecord) ? RecordingsVerdict::kAdmitted
                                            : RecordingsVerdict::kRefused;
  }
  return result.error() == LoginError::kOverloaded ? RecordingsVerdict::kOverloaded
                                                   : RecordingsVerdict::kWrongPassword;
}

}  // namespace

void RecordingsAccess::ask(const Request& request, const std::string& group, Moment now,
                           Done done) {
  const auto offered = read_authorization(request.headers).basic;
  // Browsers ask without credentials first, which is no attempt to guess any.
  if (!offered) return done(RecordingsVerdict::kRefused, now);
  if (!throttle_.allows(request.peer, now.now)) {
    spdlog::warn("recordings of {}: {}: too many failed logins", group,
                 redacted(request.peer.to_string()));
    return done(RecordingsVerdict::kTooManyFailures, now);
  }
  const auto counted = [this, peer = request.peer, done = std::move(done)](
                           RecordingsVerdict verdict, Moment then) {
    if (verdict == RecordingsVerdict::kWrongPassword) throttle_.failed(peer, then.now);
    done(verdict, then);
  };
  const auto found = groups_.find(group);
  if (!found || !is_valid_user_name(offered->username)) {
    return counted(RecordingsVerdict::kWrongPassword, now);
  }
  const auto description = groups_.load(*found);
  if (!description) return counted(RecordingsVerdict::kWrongPassword, now);
  run_password_login(passwords_, password_login(**description, offered->username),
                     offered->password, now,
                     [counted](Result<Permissions, LoginError> result, Moment then) {
                       counted(verdict_of(result), then);
                     });
}

}  // namespace halcyon::signald
