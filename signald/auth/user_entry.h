#pragma once

#include <optional>
#include <string>

#include "common/result/error.h"
#include "signald/auth/password.h"
#include "signald/auth/permissions.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// What a description grants: a role, which options of the group may widen, or a list taken
/// literally.
struct Grant {
  std::string role;                 // empty: none
  std::optional<Permissions> list;  // set: the role is empty

  Permissions permissions(RecordingAllowed recording, UnrestrictedTokens tokens) const;
  bool operator==(const Grant&) const = default;
};

/// Somebody whom a description knows: an element of `users`, `wildcard-user` or `fallback-users`.
struct UserEntry {
  Password password;
  Grant grant;
  bool operator==(const UserEntry&) const = default;
};

/// Reads {"password":…, "permissions":…} or null. Unknown fields and roles are errors; field names
/// match in any case.
ResultOr<UserEntry> read_user_entry(const JsonValue& value);
JsonValue write_user_entry(const UserEntry& entry);

}  // namespace halcyon::signald
