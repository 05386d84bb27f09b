#include "signald/session/token_login.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "signald/auth/jwt.h"

namespace halcyon::signald {

namespace {

using Login = Result<Identity, LoginError>;

tl::unexpected<LoginError> refused(const std::string& group, const std::string& why) {
  spdlog::info("group {}: token refused: {}", group, why);
  return tl::unexpected<LoginError>(LoginError::kNotAuthorised);
}

Login jwt_login(const TokenLogin& parts, const std::string& group, const Jwt& token, WallTime now) {
  if (auto verified = verify_jwt(token, parts.description.auth_keys); !verified) {
    return refused(group, verified.error().message);
  }
  const auto config = parts.config.current();
  if (!config) {
    return tl::unexpected<LoginError>(LoginError::kInternal);
  }
  auto identity = read_jwt_claims(token, group, (*config)->canonical_host, now);
  if (!identity) {
    return refused(group, identity.error().message);
  }
  return Identity{std::move(identity->username), std::move(identity->permissions)};
}

Login stateful_login(const TokenLogin& parts, const std::string& group, const std::string& secret,
                     bool has_username, WallTime now) {
  const auto token = parts.tokens.find(secret);
  if (!token) {
    return refused(group, token.error().text);
  }
  // Before everything else about the token: clients probe for this without a name.
  if (!token->username && !has_username) {
    return tl::unexpected<LoginError>(LoginError::kNeedUsername);
  }
  if (!parts.config.current()) {
    return tl::unexpected<LoginError>(LoginError::kInternal);
  }
  if (const auto problem = token_problem(*token, group, now)) {
    return refused(group, *problem);
  }
  return Identity{token->username.value_or(std::string()),
                  Permissions(token->permissions.value_or(std::vector<std::string>()))};
}

}  // namespace

Result<Identity, LoginError> token_login(const TokenLogin& parts, const std::string& group,
                                         const std::string& token,
                                         const std::optional<std::string>& username, WallTime now) {
  const auto jwt = parse_jwt(token);
  auto identity = jwt ? jwt_login(parts, group, *jwt, now)
                      : stateful_login(parts, group, token, username.has_value(), now);
  if (!identity || !identity->username.empty() || !username) {
    return identity;
  }
  if (parts.description.users.contains(*username)) {
    return tl::unexpected<LoginError>(LoginError::kDuplicateUsername);
  }
  identity->username = *username;
  return identity;
}

}  // namespace halcyon::signald
