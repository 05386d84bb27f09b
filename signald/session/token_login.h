#pragma once

#include <optional>
#include <string>

#include "common/result/result.h"
#include "common/units/time.h"
#include "signald/auth/permissions.h"
#include "signald/auth/token_store.h"
#include "signald/config/global_config.h"
#include "signald/groups/group_description.h"
#include "signald/session/login.h"

namespace halcyon::signald {

/// Somebody whose credentials are good.
struct Identity {
  std::string username;
  Permissions permissions;
};

/// A login by token. Whatever the reason for a refusal is, it is logged, not told.
struct TokenLogin {
  const GroupDescription& description;
  TokenStore& tokens;
  GlobalConfigSource& config;
};

/// `username` is what the client asks for; a token may give another one, and need one. A text that
/// has the form of a JWT is verified with the group's keys, anything else is looked up among the
/// tokens the server keeps.
Result<Identity, LoginError> token_login(const TokenLogin& parts, const std::string& group,
                                         const std::string& token,
                                         const std::optional<std::string>& username, WallTime now);

}  // namespace halcyon::signald
