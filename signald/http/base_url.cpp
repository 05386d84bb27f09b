#include "signald/http/base_url.h"

#include <algorithm>
#include <string>

namespace halcyon::signald {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// RFC 3986 3.1. Empty when the text does not begin with a scheme and a colon.
std::string_view take_scheme(std::string_view& rest) {
  const std::size_t colon = rest.find_first_of(":/?#");
  if (colon == std::string_view::npos || rest[colon] != ':' || colon == 0 || !is_alpha(rest[0])) {
    return {};
  }
  const std::string_view scheme = rest.substr(0, colon);
  const bool fits = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_alpha(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
  if (!fits) return {};
  rest.remove_prefix(colon + 1);
  return scheme;
}

}  // namespace

ResultOr<BaseUrl> base_url(std::string_view proxy_url, bool tls, std::string_view host) {
  const bool printable =
      std::all_of(proxy_url.begin(), proxy_url.end(), [](char c) { return c > ' ' && c != 0x7f; });
  if (!printable) return fail("proxyURL contains a blank or control character");
  std::string_view rest = proxy_url;
  BaseUrl base{tls ? "https" : "http", std::string(host), ""};
  if (const std::string_view scheme = take_scheme(rest); !scheme.empty()) {
    base.scheme = scheme;
    std::transform(base.scheme.begin(), base.scheme.end(), base.scheme.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  rest = rest.substr(0, rest.find_first_of("?#"));
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    std::string_view authority = rest.substr(0, rest.find('/'));
    rest.remove_prefix(authority.size());
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      authority.remove_prefix(at + 1);
    }
    if (!authority.empty()) base.host = authority;
  }
  if (!rest.empty() && rest.front() != '/') {
    return fail("proxyURL \"" + std::string(proxy_url) + "\" is not a URL: write https://host/");
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  base.prefix = rest;
  return base;
}

}  // namespace halcyon::signald
