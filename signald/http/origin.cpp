#include "signald/http/origin.h"

#include <algorithm>

namespace halcyon::signald {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view host_of(std::string_view origin) {
  const std::size_t slashes = origin.find("://");
  if (slashes == std::string_view::npos) return {};
  origin.remove_prefix(slashes + 3);
  return origin.substr(0, origin.find_first_of("/?#"));
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool origin_allowed(std::string_view origin, std::string_view host,
                    const std::vector<std::string>& allowed) {
  if (origin.empty()) return true;
  const std::string_view origin_host = host_of(origin);
  if (!origin_host.empty() && equal_ignoring_case(origin_host, host)) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& entry) { return equal_ignoring_case(entry, origin); });
}

void add_cors_headers(Headers& answer, const Request& request,
                      const std::vector<std::string>& allowed) {
  answer.add("vary", "Origin");
  const std::string_view origin = request.headers.get("origin");
  if (!origin.empty() && origin_allowed(origin, request.headers.get("host"), allowed)) {
    answer.set("access-control-allow-origin", origin);
  }
}

}  // namespace halcyon::signald
