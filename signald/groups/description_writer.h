#pragma once

#include <string>

#include "signald/groups/group_description.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// The file of a group: one line, fields in a fixed order, what equals an empty file's left out
/// (groups.md 9.4). Reading it gives the same description again.
std::string write_group_description(const GroupDescription& description);

/// What administrators may read: without users, keys and whatever else holds secrets.
JsonObject sanitised_description(const GroupDescription& description);

}  // namespace halcyon::signald
