#pragma once

#include <string>

#include "signald/json/json_value.h"

namespace halcyon::galenectl {

/// Indented by four blanks, members in the order they have, '<', '>' and '&' escaped, with a final
/// newline.
std::string indented_json(const signald::JsonValue& value);
/// The same value with the members of every object in byte order of their names.
signald::JsonValue sorted_members(const signald::JsonValue& value);

}  // namespace halcyon::galenectl
