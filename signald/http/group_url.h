#pragma once

#include <string>
#include <string_view>

namespace halcyon::signald {

/// What a decoded path below /group/ means.
struct GroupUrl {
  std::string_view group;  // without surrounding slashes
  std::string_view kind;   // ".status", ".whip", …; empty: the group's page
  std::string_view rest;   // what follows the kind, with its slash
};

/// Splits at the first component that begins with a dot. `path` must begin with "/group/"; the
/// views borrow from it.
GroupUrl parse_group_url(std::string_view path);

/// "/group/NAME/", encoded.
std::string group_page_path(std::string_view group);

}  // namespace halcyon::signald
