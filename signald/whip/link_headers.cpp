#include "signald/whip/link_headers.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "signald/ice/ice_url.h"

namespace halcyon::signald {
namespace {

/// RFC 9110 5.6.4.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

void add_ice_server_links(Headers& headers, const std::vector<IceServer>& servers) {
  for (const IceServer& server : servers) {
    const std::string* credential = server.credential.as_string();
    for (const std::string& url : server.urls) {
      const auto scheme = check_ice_url(url);
      if (!scheme) continue;
      const std::string link = fmt::format("<{}>; rel=\"ice-server\"", url);
      if (*scheme == IceScheme::kStun) headers.add("link", link);
      if (!is_turn(*scheme) || credential == nullptr) continue;
      headers.add("link", fmt::format("{}; username={}; credential={}; credential-type={}", link,
                                      quoted(server.username), quoted(*credential),
                                      quoted(server.credential_type)));
    }
  }
}

}  // namespace halcyon::signald
