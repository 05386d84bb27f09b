#pragma once

#include <string>

#include "signald/json/json_value.h"

namespace halcyon::signald {

/// One line of compact JSON without a final newline. '<', '>', '&', U+2028 and U+2029 are escaped,
/// so that the text may stand in HTML and JavaScript.
std::string write_json(const JsonValue& value);

}  // namespace halcyon::signald
