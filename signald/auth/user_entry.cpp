#include "signald/auth/user_entry.h"

#include <utility>

#include "signald/json/ascii_case.h"

namespace halcyon::signald {

namespace {

ResultOr<Grant> read_grant(const JsonValue& value) {
  Grant grant;
  if (const std::string* role = value.as_string()) {
    if (!permissions_of_role(*role)) {
      return fail("unknown permission \"" + *role +
                  "\": use op, present, message, observe, caption, admin or an array");
    }
    grant.role = *role;
    return grant;
  }
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return fail("\"permissions\" must be the name of a role or an array, not " +
                std::string(value.type_name()));
  }
  std::vector<std::string> words;
  for (const JsonValue& element : *array) {
    const std::string* word = element.as_string();
    if (word == nullptr) {
      return fail("\"permissions\" must hold strings only, not " +
                  std::string(element.type_name()));
    }
    words.push_back(*word);
  }
  grant.list = Permissions(words);
  return grant;
}

}  // namespace

Permissions Grant::permissions(RecordingAllowed recording, UnrestrictedTokens tokens) const {
  if (list) {
    return *list;
  }
  return permissions_of_role(role, recording, tokens).value_or(Permissions());
}

ResultOr<UserEntry> read_user_entry(const JsonValue& value) {
  UserEntry entry;
  if (value.is_null()) {
    return entry;
  }
  const JsonObject* object = value.as_object();
  if (object == nullptr) {
    return fail("a user must be an object, not " + std::string(value.type_name()));
  }
  for (const JsonMember& member : *object) {
    const std::string name = lower_ascii(member.key);
    if (name == "password") {
      auto password = read_password(member.value);
      if (!password) {
        return fail(std::move(password.error().message));
      }
      entry.password = std::move(*password);
    } else if (name == "permissions") {
      if (member.value.is_null()) {
        continue;
      }
      auto grant = read_grant(member.value);
      if (!grant) {
        return fail(std::move(grant.error().message));
      }
      entry.grant = std::move(*grant);
    } else {
      return fail("unknown field \"" + member.key +
                  "\": a user has \"password\" and \"permissions\" only");
    }
  }
  return entry;
}

JsonValue write_user_entry(const UserEntry& entry) {
  JsonObject out;
  if (entry.password.type != Password::Type::kNone) {
    out.add("password", write_password(entry.password));
  }
  if (entry.grant.list) {
    JsonArray words;
    for (const std::string& word : entry.grant.list->words()) {
      words.emplace_back(word);
    }
    out.add("permissions", std::move(words));
  } else if (!entry.grant.role.empty()) {
    out.add("permissions", entry.grant.role);
  }
  return out;
}

}  // namespace halcyon::signald
