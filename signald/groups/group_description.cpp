#include "signald/groups/group_description.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "signald/groups/legacy_clients.h"
#include "signald/json/ascii_case.h"
#include "signald/json/json_reader.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {

namespace {

using Problem = std::optional<std::string>;

/// A description while its fields are being read.
struct Draft {
  GroupDescription description;
  LegacyClients legacy;
  bool allow_subgroups = false;
  bool allow_anonymous = false;
};

Problem wrong_type(std::string_view wanted, const JsonValue& found) {
  return "must be " + std::string(wanted) + ", not " + std::string(found.type_name());
}

Problem read(const JsonValue& value, std::string& out) {
  const std::string* text = value.as_string();
  if (text == nullptr) {
    return wrong_type("a string", value);
  }
  out = *text;
  return std::nullopt;
}

Problem read(const JsonValue& value, bool& out) {
  const auto flag = value.as_bool();
  if (!flag) {
    return wrong_type("true or false", value);
  }
  out = *flag;
  return std::nullopt;
}

Problem read(const JsonValue& value, std::int64_t& out) {
  const auto number = value.as_int();
  if (!number) {
    return value.as_number() ? Problem("must be an integer without fraction and exponent")
                             : wrong_type("an integer", value);
  }
  out = *number;
  return std::nullopt;
}

Problem read(const JsonValue& value, std::optional<ZonedTime>& out) {
  const std::string* text = value.as_string();
  const auto time = text == nullptr ? std::nullopt : parse_zoned_rfc3339(*text);
  if (!time) {
    return "must be a date and time with a zone, such as \"2030-12-31T18:00:00+01:00\"";
  }
  out = time;
  return std::nullopt;
}

Problem read(const JsonValue& value, std::vector<std::string>& out) {
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return wrong_type("an array of strings", value);
  }
  out.clear();
  for (const JsonValue& element : *array) {
    const std::string* text = element.as_string();
    if (text == nullptr) {
      return wrong_type("an array of strings", element);
    }
    out.push_back(*text);
  }
  return std::nullopt;
}

Problem read_users(const JsonValue& value, GroupDescription& out) {
  const JsonObject* object = value.as_object();
  if (object == nullptr) {
    return wrong_type("an object of users by name", value);
  }
  for (const JsonMember& user : *object) {
    auto entry = read_user_entry(user.value);
    if (!entry) {
      return "user \"" + user.key + "\": " + entry.error().message;
    }
    out.users[user.key] = std::move(*entry);
  }
  return std::nullopt;
}

Problem read_wildcard_user(const JsonValue& value, GroupDescription& out) {
  auto entry = read_user_entry(value);
  if (!entry) {
    return std::move(entry.error().message);
  }
  out.wildcard_user = std::move(*entry);
  return std::nullopt;
}

Problem read_fallback_users(const JsonValue& value, GroupDescription& out) {
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return wrong_type("an array of users", value);
  }
  out.fallback_users.clear();
  for (const JsonValue& element : *array) {
    auto entry = read_user_entry(element);
    if (!entry) {
      return std::move(entry.error().message);
    }
    out.fallback_users.push_back(std::move(*entry));
  }
  return std::nullopt;
}

Problem read_auth_keys(const JsonValue& value, GroupDescription& out) {
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return wrong_type("an array of keys", value);
  }
  const auto wrong = std::find_if(array->begin(), array->end(), [](const JsonValue& key) {
    return key.as_object() == nullptr && !key.is_null();
  });
  if (wrong != array->end()) {
    return wrong_type("an array of objects", *wrong);
  }
  out.auth_keys = *array;
  return std::nullopt;
}

using FieldHandler = Problem (*)(const JsonValue&, Draft&);

template <auto Member>
Problem field(const JsonValue& value, Draft& draft) {
  return read(value, draft.description.*Member);
}

/// By name in lower case: names in files match in any case.
const std::map<std::string_view, FieldHandler>& field_handlers() {
  using D = GroupDescription;
  static const std::map<std::string_view, FieldHandler> kHandlers = {
      {"displayname", field<&D::display_name>},
      {"description", field<&D::description>},
      {"contact", field<&D::contact>},
      {"comment", field<&D::comment>},
      {"public", field<&D::is_public>},
      {"redirect", field<&D::redirect>},
      {"max-clients", field<&D::max_clients>},
      {"max-history-age", field<&D::max_history_age>},
      {"expires", field<&D::expires>},
      {"not-before", field<&D::not_before>},
      {"allow-recording", field<&D::allow_recording>},
      {"unrestricted-tokens", field<&D::unrestricted_tokens>},
      {"auto-subgroups", field<&D::auto_subgroups>},
      {"autolock", field<&D::autolock>},
      {"autokick", field<&D::autokick>},
      {"authserver", field<&D::auth_server>},
      {"authportal", field<&D::auth_portal>},
      {"codecs", field<&D::codecs>},
      {"users", [](const JsonValue& v, Draft& d) { return read_users(v, d.description); }},
      {"wildcard-user",
       [](const JsonValue& v, Draft& d) { return read_wildcard_user(v, d.description); }},
      {"fallback-users",
       [](const JsonValue& v, Draft& d) { return read_fallback_users(v, d.description); }},
      {"authkeys", [](const JsonValue& v, Draft& d) { return read_auth_keys(v, d.description); }},
      {"op", [](const JsonValue& v, Draft& d) { return read_legacy_clients(v, d.legacy.op); }},
      {"presenter",
       [](const JsonValue& v, Draft& d) { return read_legacy_clients(v, d.legacy.presenter); }},
      {"other",
       [](const JsonValue& v, Draft& d) { return read_legacy_clients(v, d.legacy.other); }},
      {"allow-subgroups", [](const JsonValue& v, Draft& d) { return read(v, d.allow_subgroups); }},
      {"allow-anonymous", [](const JsonValue& v, Draft& d) { return read(v, d.allow_anonymous); }},
  };
  return kHandlers;
}

Problem read_field(const JsonMember& member, UnknownFields unknown, Draft& draft) {
  const auto handler = field_handlers().find(lower_ascii(member.key));
  if (handler == field_handlers().end()) {
    if (unknown == UnknownFields::kIgnored) {
      return std::nullopt;
    }
    return "unknown field \"" + member.key + "\": remove it or correct its spelling";
  }
  if (member.value.is_null()) {
    return std::nullopt;
  }
  if (auto problem = handler->second(member.value, draft)) {
    return "field \"" + member.key + "\": " + *problem;
  }
  return std::nullopt;
}

ParsedDescription finish(Draft draft) {
  ParsedDescription out;
  out.description = std::move(draft.description);
  convert_legacy_clients(draft.legacy, out.description, out.warnings);
  if (draft.allow_subgroups) {
    out.description.auto_subgroups = true;
    out.warnings.emplace_back("\"allow-subgroups\" is obsolete: write \"auto-subgroups\"");
  }
  if (draft.allow_anonymous) {
    out.warnings.emplace_back("\"allow-anonymous\" is obsolete and has no effect: remove it");
  }
  return out;
}

}  // namespace

std::vector<std::string> GroupDescription::codecs_or_default() const {
  return codecs.empty() ? std::vector<std::string>{"vp8", "opus"} : codecs;
}

TimeDelta GroupDescription::history_age() const {
  // A hundred years: more would overflow microseconds when added to dates.
  constexpr std::int64_t kLongest = 100LL * 366 * 86400;
  if (max_history_age == 0) {
    return kDefaultHistoryAge;
  }
  return TimeDelta::seconds(std::clamp<std::int64_t>(max_history_age, -1, kLongest));
}

Permissions GroupDescription::permissions_of(const UserEntry& entry) const {
  return entry.grant.permissions(
      allow_recording ? RecordingAllowed::kYes : RecordingAllowed::kNo,
      unrestricted_tokens ? UnrestrictedTokens::kYes : UnrestrictedTokens::kNo);
}

ResultOr<ParsedDescription> parse_group_description(std::string_view text) {
  const auto value = parse_json(text, Duplicates::kKept);
  if (!value) {
    return fail(value.error().message);
  }
  return read_group_description(*value, UnknownFields::kRefused);
}

ResultOr<ParsedDescription> read_group_description(const JsonValue& value, UnknownFields unknown) {
  Draft draft;
  if (!value.is_null()) {
    const JsonObject* object = value.as_object();
    if (object == nullptr) {
      return fail("a description must be an object, not " + std::string(value.type_name()));
    }
    for (const JsonMember& member : *object) {
      if (auto problem = read_field(member, unknown, draft)) {
        return fail(std::move(*problem));
      }
    }
  }
  return finish(std::move(draft));
}

GroupDescription as_automatic_subgroup(GroupDescription parent) {
  parent.is_public = false;
  parent.description.clear();
  return parent;
}

}  // namespace halcyon::signald
