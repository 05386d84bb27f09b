#include "galenectl/url.h"

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

std::string groups_url(std::string_view server) {
  while (server.ends_with('/')) server.remove_suffix(1);
  return std::string(server) + "/galene-api/v0/.groups/";
}

std::string group_url(std::string_view server, std::string_view group) {
  return groups_url(server) + path_encode(group);
}

std::string users_url(std::string_view server, std::string_view group) {
  return group_url(server, group) + "/.users/";
}

std::string user_url(std::string_view server, std::string_view group, const std::string* user) {
  if (user == nullptr) return group_url(server, group) + "/.wildcard-user";
  return users_url(server, group) + path_encode(*user);
}

std::string tokens_url(std::string_view server, std::string_view group) {
  if (group.empty()) return groups_url(server) + ".tokens/";
  return group_url(server, group) + "/.tokens/";
}

}  // namespace halcyon::galenectl
