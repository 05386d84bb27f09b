#include "signald/auth/stateful_token.h"

#include <algorithm>
#include <utility>

#include "signald/json/field_reader.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {

namespace {

std::optional<WallTime> read_time(FieldReader& reader, std::string_view key) {
  const auto text = reader.optional_string(key);
  if (!text) {
    return std::nullopt;
  }
  const auto time = parse_rfc3339(*text);
  if (!time) {
    reader.fail("field \"" + std::string(key) + "\" must be a date and time with a zone");
  }
  return time;
}

void add_time(JsonObject& out, const char* key, const std::optional<WallTime>& time) {
  if (time) {
    out.add(key, format_rfc3339(*time, Fraction::kMicroseconds));
  }
}

}  // namespace

ResultOr<StatefulToken> read_stateful_token(const JsonValue& value) {
  const JsonObject* object = value.as_object();
  if (object == nullptr) {
    return fail("a token must be an object, not " + std::string(value.type_name()));
  }
  FieldReader reader(*object);
  StatefulToken token;
  token.token = reader.string("token");
  token.group = reader.string("group");
  token.include_subgroups = reader.boolean("includeSubgroups");
  token.username = reader.optional_string("username");
  if (reader.array("permissions") != nullptr) {
    token.permissions = reader.strings("permissions");
  }
  token.expires = read_time(reader, "expires");
  token.not_before = read_time(reader, "not-before");
  token.issued_at = read_time(reader, "issuedAt");
  token.issued_by = reader.optional_string("issuedBy");
  if (reader.failed()) {
    return fail(reader.error());
  }
  return token;
}

JsonObject write_stateful_token(const StatefulToken& token) {
  JsonObject out;
  out.add("token", token.token);
  out.add("group", token.group);
  if (token.include_subgroups) {
    out.add("includeSubgroups", true);
  }
  if (token.username) {
    out.add("username", *token.username);
  }
  if (token.permissions) {
    JsonArray words;
    for (const std::string& word : *token.permissions) {
      words.emplace_back(word);
    }
    out.add("permissions", std::move(words));
  } else {
    out.add("permissions", JsonValue());
  }
  add_time(out, "expires", token.expires);
  add_time(out, "not-before", token.not_before);
  add_time(out, "issuedAt", token.issued_at);
  if (token.issued_by) {
    out.add("issuedBy", *token.issued_by);
  }
  return out;
}

bool token_covers(const StatefulToken& token, std::string_view group) {
  if (group.empty()) {
    return token.group.empty() && token.include_subgroups;
  }
  if (group == token.group) {
    return true;
  }
  return token.include_subgroups && (token.group.empty() || group.starts_with(token.group + "/"));
}

std::optional<std::string> token_problem(const StatefulToken& token, std::string_view group,
                                         WallTime now) {
  if (!token_covers(token, group)) {
    return "token for bad group";
  }
  if (!token.expires || *token.expires < now) {
    return "token has expired";
  }
  if (token.not_before && *token.not_before > now) {
    return "token is in the future";
  }
  return std::nullopt;
}

void sort_tokens(std::vector<StatefulToken>& tokens) {
  std::stable_sort(tokens.begin(), tokens.end(), [](const auto& a, const auto& b) {
    // An absent time is less than any other.
    return a.expires < b.expires;
  });
}

}  // namespace halcyon::signald
