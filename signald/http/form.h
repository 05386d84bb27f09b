#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace halcyon::signald {

/// Fields beyond this are more likely an attack than a form of ours.
inline constexpr std::size_t kMaxFormFields = 64;

using Form = std::map<std::string, std::string, std::less<>>;

/// application/x-www-form-urlencoded, as in bodies and queries (WHATWG URL 5.1). The first field of
/// a name counts. Nothing when an escape is broken or there are too many fields.
std::optional<Form> parse_form(std::string_view text);

}  // namespace halcyon::signald
