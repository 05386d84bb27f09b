#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace halcyon::signald {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7) of seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

/// Understands that form only: the two obsolete ones have not been sent by a client for decades,
/// and a date that is not understood just makes a request unconditional.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace halcyon::signald
