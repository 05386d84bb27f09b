#include "signald/http/authorization.h"

#include "common/encoding/base64.h"
#include "signald/http/field_text.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

std::optional<BasicCredentials> basic_credentials(std::string_view field) {
  constexpr std::string_view kScheme = "basic ";
  if (!equal_ignoring_case(field.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto bytes = base64_decode(trimmed(field.substr(kScheme.size())));
  if (!bytes) return std::nullopt;
  const std::string text(bytes->begin(), bytes->end());
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::optional<std::string> bearer_token(std::string_view field) {
  while (true) {
    const std::size_t comma = field.find(',');
    const std::string_view part = trimmed(field.substr(0, comma));
    const std::size_t blank = part.find(' ');
    if (blank != std::string_view::npos && equal_ignoring_case(part.substr(0, blank), "bearer")) {
      const std::string_view token = part.substr(blank + 1);
      if (!token.empty() && token.find_first_of(" \t") == std::string_view::npos) {
        return std::string(token);
      }
    }
    if (comma == std::string_view::npos) return std::nullopt;
    field.remove_prefix(comma + 1);
  }
}

Authorization read_authorization(const Headers& headers) {
  const std::string_view field = headers.get("authorization");
  return {basic_credentials(field), bearer_token(field)};
}

}  // namespace halcyon::signald
