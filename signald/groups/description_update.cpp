#include "signald/groups/description_update.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "signald/json/ascii_case.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {
namespace {

constexpr std::array<std::string_view, 7> kCredentials = {
    "users", "wildcard-user", "fallback-users", "authkeys", "op", "presenter", "other"};

bool holds_credentials(const JsonMember& member) {
  return !member.value.is_null() && std::find(kCredentials.begin(), kCredentials.end(),
                                              lower_ascii(member.key)) != kCredentials.end();
}

}  // namespace

ResultOr<GroupDescription> parse_description_update(std::string_view text) {
  const auto value = parse_json(text, Duplicates::kKept);
  if (!value) return fail(value.error().message);
  if (const JsonObject* object = value->as_object()) {
    const auto* secret = std::find_if(object->begin(), object->end(), holds_credentials);
    if (secret != object->end()) {
      return fail("description is not sanitised: it has \"" + secret->key + "\"");
    }
  }
  auto parsed = read_group_description(*value, UnknownFields::kIgnored);
  if (!parsed) return fail(std::move(parsed.error().message));
  return std::move(parsed->description);
}

}  // namespace halcyon::signald
