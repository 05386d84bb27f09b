#include "signald/http/login_refusal.h"

#include <algorithm>
#include <string>

#include "signald/http/error_response.h"

namespace halcyon::signald {
namespace {

Response try_later(int status, std::string_view text, std::int64_t seconds) {
  Response response = text_error(status, text);
  response.headers.add("retry-after", std::to_string(std::max<std::int64_t>(seconds, 1)));
  return response;
}

}  // namespace

Response ask_for_password(std::string_view realm) {
  Response response = text_error(401, "Haha!");
  response.headers.add("www-authenticate", "basic realm=\"" + std::string(realm) + "\"");
  return response;
}

Response too_many_failures(TimeDelta retry_after) {
  return try_later(429, "too many failed attempts: try again later", retry_after.ms() / 1000);
}

Response too_many_logins() {
  return try_later(503, "too many passwords are being checked: try again", 1);
}

}  // namespace halcyon::signald
