#include <string>

#include "common/check/check.h"
#include "signald/auth/jwt.h"
#include "signald/groups/description_audit.h"
#include "signald/groups/description_update.h"
#include "signald/groups/description_writer.h"
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
    const std::string written = write_group_description(parsed->description);
    const auto reread = parse_group_description(written);
    check(reread.has_value());
    check(write_group_description(reread->description) == written);
    static_cast<void>(useless_parts(parsed->description));
  }
  static_cast<void>(parse_description_update(text));
  if (const auto token = parse_jwt(text)) {
    static_cast<void>(verify_jwt(*token, {}));
    static_cast<void>(read_jwt_claims(*token, "g", "", WallTime{1'700'000'000'000'000}));
  }
  return 0;
}
