#include "signald/http/security_headers.h"

#include <algorithm>
#include <string>

namespace halcyon::signald {
namespace {

/// A source expression ends at white space, a directive at ';', a policy at ','; control characters
/// end a header.
bool fits_in_policy(std::string_view source) {
  return std::all_of(source.begin(), source.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != ';' && c != ','; });
}

}  // namespace

void add_security_headers(Headers& headers, std::string_view auth_server) {
  std::string policy = "connect-src ";
  if (!auth_server.empty() && fits_in_policy(auth_server)) policy.append(auth_server).append(" ");
  policy +=
      "ws: wss: 'self'; img-src 'self'; media-src blob: 'self'; script-src 'unsafe-eval' 'self'; "
      "default-src 'self'";
  headers.set("content-security-policy", policy);
  headers.set("referrer-policy", "no-referrer");
  headers.set("x-content-type-options", "nosniff");
}

}  // namespace halcyon::signald
