#include "galenectl/url.h"

#include <algorithm>
#include <cctype>

namespace halcyon::galenectl {

std::string path_encode(std::string_view name) {
  // Servers and proxies disagree about '+', '&' and ';' in paths: only what means itself everywhere
  // stays.
  static constexpr std::string_view kAllowed = "-._~/";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x80 && std::isalnum(byte) != 0) || kAllowed.find(c) != std::string_view::npos) {
      text.push_back(c);
    } else {
      text.push_back('%');
      text.push_back(kDigits[byte >> 4]);
      text.push_back(kDigits[byte & 15]);
    }
  }
  return text;
}

bool is_addressable(std::string_view name) {
  if (name.empty()) return true;
  // A line break, even encoded, ends the name for some servers.
  if (std::ranges::any_of(name, [](unsigned char c) { return std::iscntrl(c) != 0; })) return false;
  if (name.ends_with('/')) name.remove_suffix(1);
  while (true) {
    const std::size_t slash = name.find('/');
    if (name.empty() || slash == 0 || name.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

namespace {

std::string api_url(std::string_view server) {
  while (server.ends_with('/')) server.remove_suffix(1);
  return std::string(server) + "/galene-api/v0/";
}

}  // namespace

std::string groups_url(std::string_view server) { return api_url(server) + ".groups/"; }

std::string problems_url(std::string_view server) { return api_url(server) + ".problems"; }

std::string group_url(std::string_view server, std::string_view group) {
  return groups_url(server) + path_encode(group);
}

std::string users_url(std::string_view server, std::string_view group) {
  return group_url(server, group) + "/.users/";
}

std::string user_url(std::string_view server, std::string_view group, const std::string* user) {
  if (user == nullptr) return group_url(server, group) + "/.wildcard-user";
  if (user->empty()) return group_url(server, group) + "/.empty-user";
  return users_url(server, group) + path_encode(*user);
}

std::string tokens_url(std::string_view server, std::string_view group) {
  if (group.empty()) return groups_url(server) + ".tokens/";
  return group_url(server, group) + "/.tokens/";
}

}  // namespace halcyon::galenectl
