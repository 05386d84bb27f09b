#pragma once

#include <optional>
#include <string_view>

#include "signald/json/json_value.h"

namespace halcyon::galenectl {

/// What stands behind -permissions: a role name, given as a JSON string, or a JSON array of
/// permissions. Nothing when it is empty or an array that does not parse. The server checks role
/// names.
std::optional<signald::JsonValue> parse_permissions(std::string_view text);

/// Tokens hold single permissions, so roles are expanded here. Nothing for an unknown role.
std::optional<signald::JsonArray> token_permissions(const signald::JsonValue& permissions);

/// For listings: a role as it is, an array as the sorted first letters of its permissions ("" as
/// '?').
std::string permission_letters(const signald::JsonArray& permissions);

}  // namespace halcyon::galenectl
