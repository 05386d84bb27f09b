#include "signald/groups/names.h"

#include <algorithm>

#include "signald/json/json_reader.h"

namespace halcyon::signald {

namespace {

bool is_clean_path(std::string_view name) {
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view component = name.substr(0, slash);
    if (component.empty() || component == "." || component == "..") {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    name.remove_prefix(slash + 1);
  }
}

bool has_forbidden_character(std::string_view name) {
  return name.find('\\') != std::string_view::npos || name.find('\0') != std::string_view::npos;
}

/// UTF-8 without control characters.
bool is_plain_text(std::string_view name) {
  return valid_utf8(name) == name && std::none_of(name.begin(), name.end(), [](char c) {
           return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
         });
}

}  // namespace

bool is_valid_group_name(std::string_view name) {
  return name.size() <= kMaxGroupName && !has_forbidden_character(name) && is_clean_path(name);
}

bool is_storable_group_name(std::string_view name) {
  constexpr std::size_t kMaxComponent = 255 - std::string_view(".json").size();
  if (!is_valid_group_name(name) || !is_plain_text(name)) {
    return false;
  }
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view component = name.substr(0, slash);
    if (component.front() == '.' || component.size() > kMaxComponent) {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    name.remove_prefix(slash + 1);
  }
}

bool is_storable_user_name(std::string_view name) {
  return is_valid_user_name(name) && is_plain_text(name);
}

bool is_valid_user_name(std::string_view name) {
  return name.empty() ||
         (name.size() <= kMaxUserName && !has_forbidden_character(name) && is_clean_path(name));
}

}  // namespace halcyon::signald
