#include "common/check/check.h"
#include "signald/auth/jwt.h"
#include "signald/groups/group_description.h"

using namespace halcyon;
using namespace halcyon::signald;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_group_description(text);
  check(parsed || !parsed.error().message.empty());
  if (parsed) {
    for (const auto& [name, user] : parsed->description.users) {
      const auto again = read_user_entry(write_user_entry(user));
      check(again.has_value() && again->grant == user.grant);
    }
    for (const JsonValue& key : parsed->description.auth_keys) {
      static_cast<void>(check_jwk(key));
    }
  }
  if (const auto token = parse_jwt(text)) {
    static_cast<void>(verify_jwt(*token, {}));
    static_cast<void>(read_jwt_claims(*token, "g", "", WallTime{1'700'000'000'000'000}));
  }
  return 0;
}
