#include "signald/groups/description_writer.h"

#include <string_view>
#include <utility>

#include "signald/json/json_writer.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {
namespace {

void add(JsonObject& out, const char* key, const std::string& value) {
  if (!value.empty()) out.add(key, value);
}

void add(JsonObject& out, const char* key, bool value) {
  if (value) out.add(key, true);
}

void add(JsonObject& out, const char* key, std::int64_t value) {
  if (value != 0) out.add(key, value);
}

void add(JsonObject& out, const char* key, const std::optional<ZonedTime>& value) {
  if (value) out.add(key, format_rfc3339(*value));
}

void add(JsonObject& out, const char* key, const std::vector<std::string>& words) {
  if (words.empty()) return;
  JsonArray array;
  for (const std::string& word : words) array.emplace_back(word);
  out.add(key, std::move(array));
}

void add_plain_fields(JsonObject& out, const GroupDescription& group) {
  add(out, "displayName", group.display_name);
  add(out, "description", group.description);
  add(out, "contact", group.contact);
  add(out, "comment", group.comment);
  add(out, "public", group.is_public);
  add(out, "redirect", group.redirect);
  add(out, "max-clients", group.max_clients);
  add(out, "max-history-age", group.max_history_age);
  add(out, "expires", group.expires);
  add(out, "not-before", group.not_before);
  add(out, "allow-recording", group.allow_recording);
  add(out, "unrestricted-tokens", group.unrestricted_tokens);
  add(out, "auto-subgroups", group.auto_subgroups);
  add(out, "autolock", group.autolock);
  add(out, "autokick", group.autokick);
}

void add_users(JsonObject& out, const GroupDescription& group) {
  if (!group.users.empty()) {
    JsonObject users;
    for (const auto& [name, entry] : group.users) users.add(name, write_user_entry(entry));
    out.add("users", std::move(users));
  }
  if (group.wildcard_user) out.add("wildcard-user", write_user_entry(*group.wildcard_user));
  if (!group.fallback_users.empty()) {
    JsonArray users;
    for (const UserEntry& entry : group.fallback_users) users.push_back(write_user_entry(entry));
    out.add("fallback-users", std::move(users));
  }
  if (!group.auth_keys.empty()) out.add("authKeys", group.auth_keys);
}

void add_portal_and_codecs(JsonObject& out, const GroupDescription& group) {
  add(out, "authServer", group.auth_server);
  add(out, "authPortal", group.auth_portal);
  add(out, "codecs", group.codecs);
}

}  // namespace

std::string write_group_description(const GroupDescription& description) {
  JsonObject out;
  add_plain_fields(out, description);
  add_users(out, description);
  add_portal_and_codecs(out, description);
  return write_json(std::move(out)) + "\n";
}

JsonObject sanitised_description(const GroupDescription& description) {
  JsonObject out;
  add_plain_fields(out, description);
  add_portal_and_codecs(out, description);
  return out;
}

}  // namespace halcyon::signald
