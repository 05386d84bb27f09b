#include "galenectl/template_input.h"

#include "signald/json/json_reader.h"

namespace halcyon::galenectl {

ResultOr<signald::JsonObject> template_input(Invocation& invocation) {
  if (!invocation.options.flag("json")) return signald::JsonObject{};
  const auto value = signald::parse_json(invocation.environment.read_standard_input());
  if (!value) return fail("standard input: " + value.error().message);
  if (value->as_object() == nullptr) return fail("standard input: not a JSON object");
  return *value->as_object();
}

}  // namespace halcyon::galenectl
