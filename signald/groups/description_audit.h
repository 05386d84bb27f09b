#pragma once

#include <string>
#include <vector>

#include "signald/groups/group_description.h"

namespace halcyon::signald {

/// What is well-formed in a description but can never work: broken passwords and keys, names nobody
/// can have. A sentence each that names the field and the remedy, without the name of the file.
std::vector<std::string> useless_parts(const GroupDescription& description);

}  // namespace halcyon::signald
