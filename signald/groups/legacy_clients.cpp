#include "signald/groups/legacy_clients.h"

#include <string_view>
#include <utility>

#include "signald/groups/group_description.h"
#include "signald/json/ascii_case.h"

namespace halcyon::signald {

namespace {

using Problem = std::optional<std::string>;

Problem read_pattern(const JsonObject& object, LegacyClient& out) {
  out.password.type = Password::Type::kWildcard;
  for (const JsonMember& member : object) {
    const std::string name = lower_ascii(member.key);
    if (name != "username" && name != "password") {
      return "unknown field \"" + member.key + "\": remove it or correct its spelling";
    }
    if (member.value.is_null()) {
      continue;
    }
    if (name == "username") {
      const std::string* text = member.value.as_string();
      if (text == nullptr) {
        return "\"username\" must be a string, not " + std::string(member.value.type_name());
      }
      out.username = *text;
    } else {
      auto password = read_password(member.value);
      if (!password) {
        return std::move(password.error().message);
      }
      out.password = std::move(*password);
    }
  }
  return std::nullopt;
}

void convert_list(const std::vector<LegacyClient>& list, std::string_view role,
                  GroupDescription& description, std::vector<std::string>& warnings) {
  for (const LegacyClient& client : list) {
    UserEntry entry;
    entry.password = client.password;
    entry.grant.role = role;
    if (client.username.empty()) {
      if (description.wildcard_user) {
        warnings.push_back("a second wildcard user, with role \"" + std::string(role) +
                           "\", was dropped: use \"fallback-users\"");
      } else {
        description.wildcard_user = std::move(entry);
      }
    } else if (!description.users.emplace(client.username, std::move(entry)).second) {
      warnings.push_back("user \"" + client.username + "\" is there already: dropped from role \"" +
                         std::string(role) + "\"");
    }
  }
}

}  // namespace

std::optional<std::string> read_legacy_clients(const JsonValue& value,
                                               std::vector<LegacyClient>& out) {
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return "must be an array, not " + std::string(value.type_name());
  }
  out.clear();
  for (const JsonValue& element : *array) {
    const JsonObject* object = element.as_object();
    if (object == nullptr) {
      return "must hold objects, not " + std::string(element.type_name());
    }
    LegacyClient client;
    if (auto problem = read_pattern(*object, client)) {
      return problem;
    }
    out.push_back(std::move(client));
  }
  return std::nullopt;
}

void convert_legacy_clients(const LegacyClients& lists, GroupDescription& description,
                            std::vector<std::string>& warnings) {
  convert_list(lists.op, "op", description, warnings);
  convert_list(lists.presenter, "present", description, warnings);
  convert_list(lists.other, "message", description, warnings);
}

}  // namespace halcyon::signald
