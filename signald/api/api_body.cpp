#include "signald/api/api_body.h"

#include <algorithm>
#include <string>

#include "signald/http/origin.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {

ResultOr<JsonObject> read_api_object(std::string_view body,
                                     std::initializer_list<std::string_view> fields) {
  const auto value = parse_json(body);
  if (!value) return fail(value.error().message);
  JsonObject out;
  if (value->is_null()) return out;
  const JsonObject* object = value->as_object();
  if (object == nullptr) return fail("must be an object, not " + std::string(value->type_name()));
  for (const JsonMember& member : *object) {
    const auto* const field =
        std::find_if(fields.begin(), fields.end(),
                     [&](std::string_view name) { return equal_ignoring_case(name, member.key); });
    if (field != fields.end()) out.set(*field, member.value);
  }
  return out;
}

}  // namespace halcyon::signald
