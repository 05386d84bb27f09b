#pragma once

#include <string_view>

namespace halcyon::signald {

/// Longer names are no names of files anyway (each component is limited to 255 bytes by the systems
/// we run on).
inline constexpr std::size_t kMaxGroupName = 1024;
inline constexpr std::size_t kMaxUserName = 512;

/// A path of non-empty components separated by '/', none of them "." or "..", without backslash and
/// NUL.
bool is_valid_group_name(std::string_view name);
/// A valid name that a file can have and that JSON and a URL can hold: UTF-8 without control
/// characters, and no component begins with a dot or is longer than the file system takes with
/// ".json" behind it.
bool is_storable_group_name(std::string_view name);
/// Empty, or as a group's.
bool is_valid_user_name(std::string_view name);
/// A valid name of a user that is UTF-8 without control characters.
bool is_storable_user_name(std::string_view name);

}  // namespace halcyon::signald
