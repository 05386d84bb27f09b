#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "common/units/time.h"
#include "signald/auth/user_entry.h"
#include "signald/json/json_value.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxDescriptionFile = 16u << 20;
/// History age and life of an empty group when the description does not say.
inline constexpr TimeDelta kDefaultHistoryAge = TimeDelta::seconds(14400);

/// What the file of a group says. Defaults are those of an empty file.
struct GroupDescription {
  std::string display_name;
  std::string description;
  std::string contact;
  std::string comment;
  bool is_public = false;
  std::string redirect;
  std::int64_t max_clients = 0;      // of non-operators; up to 0: no limit
  std::int64_t max_history_age = 0;  // seconds; 0: the default; negative: nothing is kept
  std::optional<ZonedTime> expires;
  std::optional<ZonedTime> not_before;
  bool allow_recording = false;
  bool unrestricted_tokens = false;
  bool auto_subgroups = false;
  bool autolock = false;
  bool autokick = false;
  std::map<std::string, UserEntry, std::less<>> users;
  std::optional<UserEntry> wildcard_user;
  std::vector<UserEntry> fallback_users;  // tried in order before the wildcard user
  JsonArray auth_keys;                    // JWK each, looked at when used
  std::string auth_server;
  std::string auth_portal;
  std::vector<std::string> codecs;  // as given; see codecs_or_default()

  /// In order of preference; names we do not know are kept.
  std::vector<std::string> codecs_or_default() const;
  TimeDelta history_age() const;
  Permissions permissions_of(const UserEntry& entry) const;
  bool operator==(const GroupDescription&) const = default;
};

struct ParsedDescription {
  GroupDescription description;
  std::vector<std::string> warnings;  // obsolete fields and what became of them
};

/// Reads the text of a description strictly: an unknown field, a wrong type or an unknown role make
/// all of it invalid. Obsolete fields are converted. Errors name the field and the remedy; the
/// caller adds the file's name.
ResultOr<ParsedDescription> parse_group_description(std::string_view text);

enum class UnknownFields { kRefused, kIgnored };

/// The same of a value that has been parsed already, with Duplicates::kKept for the rules about
/// repeated fields. Unknown fields inside users are refused in any case.
ResultOr<ParsedDescription> read_group_description(const JsonValue& value, UnknownFields unknown);

/// The description of a subgroup that has no file of its own.
GroupDescription as_automatic_subgroup(GroupDescription parent);

}  // namespace halcyon::signald
