#pragma once

#include <string>

namespace halcyon::signald {

/// Names one entry of a group's description: a user, perhaps the one whose name is empty, or the
/// wildcard user.
struct UserKey {
  bool is_wildcard = false;
  std::string name;  // empty for the wildcard user
  bool operator==(const UserKey&) const = default;
};

}  // namespace halcyon::signald
