#include "galenectl/tool_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "galenectl/indented_json.h"
#include "signald/json/json_reader.h"

namespace halcyon::galenectl {
namespace {

using Field = std::pair<std::string_view, std::string ToolConfig::*>;
constexpr std::array<Field, 4> kFields{{
    {"server", &ToolConfig::server},
    {"admin-username", &ToolConfig::admin_username},
    {"admin-password", &ToolConfig::admin_password},
    {"admin-token", &ToolConfig::admin_token},
}};

}  // namespace

ResultOr<ToolConfig> parse_tool_config(std::string_view json) {
  const auto value = signald::parse_json(json);
  if (!value) return unexpected(value.error());
  const signald::JsonObject* object = value->as_object();
  if (object == nullptr) return fail("not a JSON object");
  ToolConfig config;
  for (const auto& member : *object) {
    const auto* field = std::ranges::find(kFields, std::string_view(member.key), &Field::first);
    if (field == kFields.end()) return fail("unknown field \"" + member.key + "\"");
    if (member.value.is_null()) continue;
    const std::string* text = member.value.as_string();
    if (text == nullptr) return fail("field \"" + member.key + "\" is not a string");
    config.*field->second = *text;
  }
  return config;
}

std::string write_tool_config(const ToolConfig& config) {
  signald::JsonObject object;
  for (const auto& [name, member] : kFields) {
    if (!(config.*member).empty()) object.add(std::string(name), config.*member);
  }
  return indented_json(object);
}

}  // namespace halcyon::galenectl
