#pragma once

#include <string_view>

#include "signald/groups/group_directory.h"

namespace halcyon::signald {

/// Has the directory look at once at a group whose file was changed or removed, and at those that
/// inherit from it, so that members learn of it now and a public group is listed.
void announce_group_change(GroupDirectory& directory, std::string_view group, Moment now);

}  // namespace halcyon::signald
