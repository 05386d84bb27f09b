#include "signald/session/token_actions.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {

namespace {

TokenReply failed(std::string_view text) { return {"error", text}; }
TokenReply not_authorised() { return {"not-authorised", "not authorised"}; }

/// What a client may say of a token.
struct Request {
  std::string token;
  std::string group;
  std::optional<std::string> username;
  std::optional<std::vector<std::string>> permissions;
  std::optional<WallTime> expires;
  std::optional<WallTime> not_before;
};

using Problem = const char*;
constexpr Problem kBadToken = "bad token value";
constexpr Problem kBadString = "bad string value";
constexpr Problem kBadList = "bad string list";
constexpr Problem kBadTime = "bad time value";

const JsonValue* present(const JsonObject& object, std::string_view key) {
  const JsonValue* value = object.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Problem read_string(const JsonObject& object, std::string_view key,
                    std::optional<std::string>& out) {
  if (const JsonValue* value = present(object, key)) {
    const std::string* text = value->as_string();
    if (text == nullptr) {
      return kBadString;
    }
    out = *text;
  }
  return nullptr;
}

Problem read_list(const JsonObject& object, std::optional<std::vector<std::string>>& out) {
  const JsonValue* value = present(object, "permissions");
  if (value == nullptr) {
    return nullptr;
  }
  const JsonArray* array = value->as_array();
  if (array == nullptr) {
    return kBadList;
  }
  out.emplace();
  for (const JsonValue& element : *array) {
    const std::string* text = element.as_string();
    if (text == nullptr) {
      return kBadList;
    }
    out->push_back(*text);
  }
  return nullptr;
}

/// A date, or a number of milliseconds from now.
Problem read_time(const JsonObject& object, std::string_view key, WallTime now,
                  std::optional<WallTime>& out) {
  const JsonValue* value = present(object, key);
  if (value == nullptr) {
    return nullptr;
  }
  if (const std::string* text = value->as_string()) {
    out = parse_rfc3339(*text);
    return out ? nullptr : kBadTime;
  }
  // A thousand years: more cannot be written as a date.
  constexpr double kMostMilliseconds = 1000.0 * 366 * 86400 * 1000;
  const auto milliseconds = value->as_number();
  if (!milliseconds || std::abs(*milliseconds) > kMostMilliseconds) {
    return kBadTime;
  }
  out = now + TimeDelta::millis(static_cast<std::int64_t>(*milliseconds));
  return nullptr;
}

Result<Request, Problem> read_request(const JsonValue& value, WallTime now) {
  const JsonObject* object = value.as_object();
  if (object == nullptr) {
    return tl::unexpected<Problem>(kBadToken);
  }
  Request request;
  std::optional<std::string> token;
  std::optional<std::string> group;
  for (const Problem problem :
       {read_string(*object, "token", token), read_string(*object, "group", group),
        read_string(*object, "username", request.username), read_list(*object, request.permissions),
        read_time(*object, "expires", now, request.expires),
        read_time(*object, "not-before", now, request.not_before)}) {
    if (problem != nullptr) {
      return tl::unexpected<Problem>(problem);
    }
  }
  request.token = token.value_or(std::string());
  request.group = group.value_or(std::string());
  return request;
}

}  // namespace

bool TokenActions::may_manage() const {
  return member_.permissions.has(permission::kOp) && member_.permissions.has(permission::kToken);
}

TokenReply TokenActions::make(const JsonValue& value, RandomSource& random, WallTime now) {
  if (!member_.permissions.has(permission::kToken)) {
    return not_authorised();
  }
  auto request = read_request(value, now);
  if (!request) {
    return failed(request.error());
  }
  if (!request->token.empty()) {
    return failed("client specified token");
  }
  if (request->group != group_.name) {
    return failed("wrong group in token");
  }
  if (!request->expires) {
    return failed("token doesn't expire");
  }
  if (request->username && group_.description->users.contains(*request->username)) {
    return failed("that username is taken");
  }
  const auto& wanted = request->permissions;
  if (wanted && !std::all_of(wanted->begin(), wanted->end(), [&](const std::string& word) {
        return member_.permissions.has(word);
      })) {
    return not_authorised();
  }
  const auto present_tokens = tokens_.count(group_.name);
  if (present_tokens && *present_tokens >= kMaxTokensPerGroup) {
    return failed("too many tokens");
  }
  StatefulToken token;
  token.token = random.base64url(kSecretBytes);
  token.group = request->group;
  token.username = std::move(request->username);
  token.permissions = std::move(request->permissions);
  token.expires = request->expires;
  token.not_before = request->not_before;
  token.issued_at = now;
  if (!member_.username.empty()) {
    token.issued_by = member_.username;
  }
  if (const auto stored = tokens_.add(token); !stored) {
    return failed(stored.error().text);
  }
  return {"", write_stateful_token(token)};
}

TokenReply TokenActions::edit(const JsonValue& value, WallTime now) {
  if (!may_manage()) {
    return not_authorised();
  }
  const auto request = read_request(value, now);
  if (!request) {
    return failed(request.error());
  }
  if (!request->group.empty() || request->username || request->permissions) {
    return failed("this field cannot be edited");
  }
  auto token = tokens_.find(request->token);
  // Who operates one group has no say in the tokens of others.
  if (!token || token->group != group_.name) {
    return failed(token || token.error().kind == TokenError::Kind::kUnknown ? "no such token"
                                                                            : token.error().text);
  }
  if (request->expires) {
    token->expires = request->expires;
  }
  if (request->not_before) {
    token->not_before = request->not_before;
  }
  if (const auto stored = tokens_.replace(*token); !stored) {
    return failed(stored.error().text);
  }
  return {"", write_stateful_token(*token)};
}

TokenReply TokenActions::list() {
  if (!may_manage()) {
    return not_authorised();
  }
  const auto tokens = tokens_.list(group_.name);
  if (!tokens) {
    return failed(tokens.error().text);
  }
  JsonArray out;
  for (const StatefulToken& token : *tokens) {
    out.emplace_back(write_stateful_token(token));
  }
  return {"", std::move(out)};
}

}  // namespace halcyon::signald
