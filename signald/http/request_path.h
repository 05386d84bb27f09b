#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon::signald {

/// Undoes percent-encoding (RFC 3986 2.1); '+' stays. Nothing on a broken sequence.
std::optional<std::string> percent_decode(std::string_view text);

/// Encodes all but unreserved characters and '/', so that the result reads the same for every
/// client and server.
std::string percent_encode_path(std::string_view path);
/// The same for one segment: '/' is encoded too. Also right for a query's names and values.
std::string percent_encode_segment(std::string_view segment);

/// The decoded path without empty, "." and ".." segments (RFC 3986 5.2.4). It never climbs above
/// the root, keeps a final slash, and begins with a slash.
std::string clean_path(std::string_view path);

/// A decoded path below a root as segments that are safe to open one after the other: none empty,
/// "." or "..", and none with a NUL byte. Nothing when that cannot be. A final slash does not show.
std::optional<std::vector<std::string>> path_segments(std::string_view path);

/// `path`, encoded, and the query if there is one: for Location.
std::string location_of(std::string_view path, std::string_view query);

}  // namespace halcyon::signald
