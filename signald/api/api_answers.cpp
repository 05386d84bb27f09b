#include "signald/api/api_answers.h"

#include <string>
#include <utility>

#include "common/log/log.h"
#include "signald/http/conditional.h"
#include "signald/http/error_response.h"
#include "signald/http/field_text.h"
#include "signald/http/origin.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {
Response api_json(JsonValue value) {
  Response response;
  response.headers.add("content-type", "application/json");
  response.body.emplace_back(write_json(std::move(value)) + "\n");
  return response;
}

Response api_json(JsonValue value, std::string_view etag) {
  Response response = api_json(std::move(value));
  if (!etag.empty()) response.headers.add("etag", etag);
  return response;
}

Response api_done(int status) {
  Response response;
  response.status = status;
  return response;
}

Response bad_request(std::string_view what) { return text_error(400, what); }

std::optional<Response> too_many_permissions(const JsonObject& fields) {
  const JsonValue* permissions = fields.find("permissions");
  const JsonArray* array = permissions == nullptr ? nullptr : permissions->as_array();
  if (array == nullptr || array->size() <= kMaxPermissions) return std::nullopt;
  return bad_request("more than " + std::to_string(kMaxPermissions) + " permissions");
}

std::optional<Response> failed_precondition(const ApiCall& call, std::string_view etag) {
  const int status = check_entity_tag(call.request->method, etag, call.request->headers);
  if (status == 0) return std::nullopt;
  Response response = api_done(status);
  if (status == 304 && !etag.empty()) response.headers.add("etag", etag);
  return response;
}

bool is_media_type(std::string_view field, std::string_view expected) {
  std::size_t semicolon = field.find(';');
  if (!equal_ignoring_case(trimmed(field.substr(0, semicolon)), expected)) return false;
  while (semicolon != std::string_view::npos) {
    field.remove_prefix(semicolon + 1);
    semicolon = field.find(';');
    const std::string_view parameter = trimmed(field.substr(0, semicolon));
    const std::size_t equals = parameter.find('=');
    if (!parameter.empty() && (equals == 0 || equals == std::string_view::npos)) return false;
  }
  return true;
}

std::optional<Response> wrong_content_type(const ApiCall& call, std::string_view expected) {
  if (is_media_type(call.request->headers.get("content-type"), expected)) return std::nullopt;
  Response response = text_error(415, "unsupported content type");
  response.headers.add("accept", expected);
  return response;
}

Response edit_failure(const EditError& error, const FileRoot& static_root) {
  switch (error.kind) {
    case EditError::Kind::kNotWritable:
      return text_error(401, "not authorised");
    case EditError::Kind::kBadName:
      return bad_request(error.text);
    case EditError::Kind::kMissing:
      return not_found_page(static_root);
    case EditError::Kind::kTagMismatch:
      return api_done(412);
    case EditError::Kind::kTooLarge:
      return text_error(413, error.text);
    case EditError::Kind::kBroken:
    case EditError::Kind::kStorage:
      break;
  }
  return internal_error();
}

Response token_failure(const TokenError& error, const FileRoot& static_root) {
  switch (error.kind) {
    case TokenError::Kind::kUnknown:
      return not_found_page(static_root);
    case TokenError::Kind::kTagMismatch:
      return api_done(412);
    case TokenError::Kind::kStorage:
      break;
  }
  spdlog::error("tokens: {}", error.text);
  return internal_error();
}

}  // namespace halcyon::signald
