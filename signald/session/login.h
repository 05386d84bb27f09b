#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/units/moment.h"
#include "signald/auth/password_verifier.h"
#include "signald/auth/permissions.h"
#include "signald/groups/group_description.h"

namespace halcyon::signald {

enum class LoginError {
  kNotAuthorised,
  kNeedUsername,
  kDuplicateUsername,
  kTooManyFailures,  // from this address
  kOverloaded,       // the password could not be checked now
  kInternal,         // the description or the configuration is broken, or no credentials were given
};

/// Passwords to try one after the other; the first that matches decides. When none does, the decoys
/// are computed too, for nothing: a refusal takes as long for a name that the group knows as for
/// one that it does not know.
struct PasswordLogin {
  struct Candidate {
    Password password;
    Permissions permissions;
  };
  std::vector<Candidate> candidates;
  /// An entry of `users`: a broken password is then an error rather than a mismatch.
  bool named = false;
  std::vector<Password> decoys;
};

/// Whose passwords may let this user in: an entry of its own decides alone, otherwise those for
/// everybody are tried. A name without an entry gets the password of some user as a decoy, always
/// of the same one; `decoy_seed` keeps it secret of which.
PasswordLogin password_login(const GroupDescription& description, const std::string& username,
                             std::string_view decoy_seed = "");

using LoginDone = std::function<void(Result<Permissions, LoginError>, Moment)>;

/// Calls `done` once, before this returns or later. Borrows the verifier, which must outlive its
/// callbacks.
void run_password_login(PasswordVerifier& verifier, PasswordLogin login, std::string password,
                        Moment now, LoginDone done);

}  // namespace halcyon::signald
