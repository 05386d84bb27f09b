#pragma once

#include <string_view>

#include "common/result/error.h"
#include "signald/groups/group_description.h"

namespace halcyon::signald {

/// Reads what an administrator wants a group to be like. Unknown fields are ignored; users, keys
/// and the obsolete lists that would become users are refused: each has a place of its own.
ResultOr<GroupDescription> parse_description_update(std::string_view text);

}  // namespace halcyon::signald
