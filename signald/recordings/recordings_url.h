#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace halcyon::signald {

/// What a decoded path below /recordings/ names.
struct RecordingsUrl {
  std::string group;
  std::string file;  // empty: the group's list
  bool operator==(const RecordingsUrl&) const = default;
};

/// A path with a final slash, or of one name, is a group's list, any other a file in it; whether
/// the last name is a group after all does not show here. Nothing where no group is named, or a
/// hidden one (http.md 9.1).
std::optional<RecordingsUrl> parse_recordings_url(std::string_view path);

/// "/recordings/GROUP/", encoded.
std::string recordings_path(std::string_view group);

}  // namespace halcyon::signald
