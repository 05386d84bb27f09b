#include <algorithm>
#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/listing.h"
#include "galenectl/local_time.h"
#include "galenectl/permissions_argument.h"
#include "galenectl/url.h"
#include "signald/json/json_writer.h"
#include "signald/json/rfc3339.h"

namespace halcyon::galenectl {
namespace {

using signald::JsonObject;
using signald::JsonValue;
using Kind = OptionSpec::Kind;

constexpr std::size_t kTokenWidth = 11, kUserWidth = 20, kFlagsWidth = 4, kExpiryWidth = 20;

ApiClient client_of(Invocation& i) { return {i.environment.transport, i.config}; }

std::string text_of(const JsonObject& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value != nullptr && value->as_string() != nullptr ? *value->as_string() : "";
}

std::string flags_column(const JsonObject& token) {
  std::string flags;
  const JsonValue* permissions = token.find("permissions");
  if (permissions != nullptr && permissions->as_array() != nullptr) {
    flags = permission_letters(*permissions->as_array());
  }
  const JsonValue* subgroups = token.find("includeSubgroups");
  if (subgroups != nullptr && subgroups->as_bool().value_or(false)) flags.push_back('H');
  std::ranges::sort(flags);
  return flags;
}

std::string expiry_column(const JsonObject& token, WallTime now) {
  const std::string expires = text_of(token, "expires");
  if (expires.empty()) return "(no expiration date)";
  const auto time = signald::parse_rfc3339(expires);
  if (!time || expires.size() < 19) return expires;
  if (*time < now) return "(expired)";
  // In the zone the token was made in: the text already says it.
  return expires.substr(0, 10) + " " + expires.substr(11, 8);
}

void print_token(Invocation& i, const std::string& name, const JsonObject& token) {
  i.environment.out << padded(name, kTokenWidth) << " "
                    << padded(text_of(token, "username"), kUserWidth) << " "
                    << padded(flags_column(token), kFlagsWidth) << " "
                    << padded(expiry_column(token, i.environment.now), kExpiryWidth) << "\n";
}

int list_tokens_long(Invocation& i, const std::string& collection,
                     const std::vector<std::string>& names) {
  ApiClient client = client_of(i);
  signald::JsonArray array;
  std::size_t done = 0;
  for (const std::string& name : names) {
    show_progress(i, done++, names.size());
    const auto token = client.get(collection + path_encode(name));
    const JsonObject* object = token ? token->as_object() : nullptr;
    if (i.json) {
      JsonObject entry = object != nullptr ? *object : JsonObject{};
      entry.set("token", name);
      if (object == nullptr) entry.set("error", token ? "no object" : token.error().cause);
      array.emplace_back(std::move(entry));
    } else if (object != nullptr) {
      print_token(i, name, *object);
    } else {
      i.environment.out << name << " (ERROR=" << (token ? "no object" : token.error().cause)
                        << ")\n";
    }
  }
  show_progress(i, done, done);
  if (i.json) i.environment.out << signald::write_json(array) << "\n";
  return kSuccess;
}

int list_tokens(Invocation& i) {
  if (!i.options.given("group")) return complain(i.environment, "Option \"-group\" is required");
  const std::string collection = tokens_url(i.config.server, i.options.text("group"));
  const auto tokens = client_of(i).get(collection);
  if (!tokens) return report(i.environment, "Get tokens", tokens.error());
  if (i.options.flag("l")) return list_tokens_long(i, collection, names_in(*tokens));
  return print_names(i, names_in(*tokens));
}

std::string expiry_after(const Invocation& i, TimeDelta duration) {
  return local_rfc3339(i.environment.now + duration, i.environment.utc_offset_seconds);
}

int create_token(Invocation& i) {
  if (!i.options.given("group")) return complain(i.environment, "Option \"-group\" is required");
  const auto permissions = parse_permissions(i.options.text("permissions"));
  if (!permissions) return complain(i.environment, "Could not parse \"-permissions\"");
  auto expanded = token_permissions(*permissions);
  if (!expanded) {
    report(i.environment, "Parse permissions", "unknown permission");
    return kUsage;
  }
  JsonObject token;
  token.add("expires", expiry_after(i, i.options.duration("duration")));
  if (const auto subgroups = i.options.optional_flag("include-subgroups")) {
    token.add("includeSubgroups", *subgroups);
  }
  token.add("permissions", std::move(*expanded));
  if (!i.options.text("user").empty()) token.add("username", i.options.text("user"));
  const auto name =
      client_of(i).post(tokens_url(i.config.server, i.options.text("group")), std::move(token));
  if (!name) return report(i.environment, "Create token", name.error());
  i.environment.out << *name << "\n";
  return kSuccess;
}

/// The URL of the token that -group and -token name; nothing after complaining.
std::optional<std::string> token_url(Invocation& i) {
  if (!i.options.given("group") || i.options.text("token").empty()) {
    complain(i.environment, "Options \"-group\" and \"-token\" are required");
    return std::nullopt;
  }
  return tokens_url(i.config.server, i.options.text("group")) +
         path_encode(i.options.text("token"));
}

int update_token(Invocation& i) {
  const auto url = token_url(i);
  if (!url) return kUsage;
  std::optional<signald::JsonArray> permissions;
  if (i.options.given("permissions")) {
    const auto value = parse_permissions(i.options.text("permissions"));
    permissions = value ? token_permissions(*value) : std::nullopt;
    if (!permissions) return complain(i.environment, "Could not parse \"-permissions\"");
  }
  const auto done = client_of(i).update(*url, [&](JsonObject& token) {
    if (permissions) token.set("permissions", *permissions);
    if (i.options.given("duration")) {
      token.set("expires", expiry_after(i, i.options.duration("duration")));
    }
  });
  if (!done) return report(i.environment, "Update token", done.error());
  return kSuccess;
}

int revoke_token(Invocation& i) {
  const auto url = token_url(i);
  if (!url) return kUsage;
  const auto done = client_of(i).update(*url, [&](JsonObject& token) {
    token.set("expires", expiry_after(i, -TimeDelta::seconds(60)));
  });
  if (!done) return report(i.environment, "Update token", done.error());
  return kSuccess;
}

int delete_token(Invocation& i) {
  const auto url = token_url(i);
  if (!url) return kUsage;
  const auto done = client_of(i).remove(*url);
  if (!done) return report(i.environment, "Delete token", done.error());
  return kSuccess;
}

}  // namespace

std::vector<Command> token_commands() {
  const OptionSpec group{"group", Kind::kString,
                         "GROUP", "name of the group; '' for tokens of the whole server",
                         "",      Names::kGroups};
  const OptionSpec token{"token", Kind::kString, "TOKEN", "the token", "", Names::kTokens};
  const OptionSpec duration{"duration", Kind::kDuration,  "DURATION", "validity from now, as 1h30m",
                            "",         Names::kDurations};
  const OptionSpec permissions{
      "permissions", Kind::kString, "PERMISSIONS", "a role, or a JSON array", "", Names::kRoles};
  OptionSpec present = permissions, day = duration;
  present.default_text = "present";
  day.default_text = "24h";
  return {
      {"list-tokens",
       "list tokens",
       {group, {"l", Kind::kBool, "", "show details", "false"}},
       Words::kNone,
       list_tokens,
       JsonOutput::kYes},
      {"create-token",
       "create a token",
       {group,
        present,
        {"user", Kind::kString, "USER", "name that the token imposes", ""},
        {"include-subgroups", Kind::kBool, "", "valid for subgroups too", ""},
        day},
       Words::kNone,
       create_token},
      {"update-token",
       "change a token's permissions or expiry",
       {group, token, permissions, duration},
       Words::kNone,
       update_token},
      {"revoke-token", "make a token expire now", {group, token}, Words::kNone, revoke_token},
      {"delete-token", "delete a token", {group, token}, Words::kNone, delete_token},
  };
}

}  // namespace halcyon::galenectl
