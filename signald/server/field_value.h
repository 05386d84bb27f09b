#pragma once

#include <string>
#include <string_view>

namespace halcyon::signald {

/// A response's field value without control characters: what comes from outside (a file's name, a
/// group's redirect) must not end its field (RFC 9110 5.5).
std::string clean_field_value(std::string_view value);

}  // namespace halcyon::signald
