#pragma once

#include <string>
#include <string_view>

#include "signald/groups/user_key.h"

namespace halcyon::signald {

inline constexpr std::string_view kApiPrefix = "/galene-api/";

/// What a path of the administrative interface names (http.md 11).
struct ApiPath {
  enum class Kind {
    kNone,        // no such place, and nobody has to say who they are to learn it
    kStatistics,  // .stats
    kWorkers,     // .workers
    kProblems,    // .problems
    kGroups,      // .groups/
    kGroup,       // .groups/G
    kUsers,       // .groups/G/.users/
    kUser,        // .groups/G/.users/U, .empty-user, .wildcard-user
    kPassword,    // …/.password of these
    kKeys,        // .groups/G/.keys
    kTokens,      // .groups/[G/].tokens/
    kToken,       // .groups/[G/].tokens/T
    kVacant,      // below a group, where nothing is: its administrators are told so
  };
  Kind kind = Kind::kNone;
  std::string group;  // empty: the root
  UserKey user;       // of kUser and kPassword
  std::string token;  // of kToken
};

/// `path` is decoded and free of empty, "." and ".." segments. A final slash behind a group's name
/// means nothing.
ApiPath parse_api_path(std::string_view path);

}  // namespace halcyon::signald
