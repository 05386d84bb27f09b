#include "signald/ws/upgrade_check.h"

#include "common/encoding/base64.h"
#include "signald/http/origin.h"

namespace halcyon::signald {

bool has_element(std::string_view header, std::string_view element) {
  while (true) {
    const std::size_t comma = header.find(',');
    std::string_view part = header.substr(0, comma);
    while (part.starts_with(' ') || part.starts_with('\t')) part.remove_prefix(1);
    while (part.ends_with(' ') || part.ends_with('\t')) part.remove_suffix(1);
    if (equal_ignoring_case(part, element)) return true;
    if (comma == std::string_view::npos) return false;
    header.remove_prefix(comma + 1);
  }
}

int check_upgrade(const Request& request, const std::vector<std::string>& allowed_origins,
                  AnyOrigin any_origin) {
  const Headers& headers = request.headers;
  if (!has_element(headers.get("connection"), "upgrade")) return 400;
  if (!has_element(headers.get("upgrade"), "websocket")) return 400;
  if (request.method != Method::kGet) return 405;
  if (headers.get("sec-websocket-version") != "13") return 400;
  if (any_origin == AnyOrigin::kRefused &&
      !origin_allowed(headers.get("origin"), headers.get("host"), allowed_origins)) {
    return 403;
  }
  const auto key = base64_decode(headers.get("sec-websocket-key"));
  // RFC 6455 4.1: sixteen random bytes.
  if (!key || key->size() != 16) return 400;
  return 0;
}

}  // namespace halcyon::signald
