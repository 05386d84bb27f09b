#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "common/units/time.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// An invitation that the server keeps: whoever knows the secret may join a group as it says.
struct StatefulToken {
  std::string token;  // the secret
  std::string group;  // "": the root of all groups
  bool include_subgroups = false;
  std::optional<std::string> username;  // absent: the bearer must give one; empty: may give one
  std::optional<std::vector<std::string>> permissions;
  std::optional<WallTime> expires;  // without it the token is not valid
  std::optional<WallTime> not_before;
  std::optional<WallTime> issued_at;
  std::optional<std::string> issued_by;

  bool operator==(const StatefulToken&) const = default;
};

/// Unknown fields are ignored, wrong types are errors.
ResultOr<StatefulToken> read_stateful_token(const JsonValue& value);
/// All fields that are there; `permissions` always.
JsonObject write_stateful_token(const StatefulToken& token);

/// Whether a token covers a group; "" is administration of the whole server.
bool token_covers(const StatefulToken& token, std::string_view group);
/// Why the token does not let anybody into this group now; none if it does.
std::optional<std::string> token_problem(const StatefulToken& token, std::string_view group,
                                         WallTime now);

/// By expiry, those without first.
void sort_tokens(std::vector<StatefulToken>& tokens);

}  // namespace halcyon::signald
