#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "signald/api/api_resource.h"
#include "signald/auth/token_store.h"
#include "signald/groups/group_editor.h"
#include "signald/http/file_root.h"
#include "signald/http/http_message.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// Permissions that one user or token may have: there are eight, and lists that are searched word
/// by word must stay short.
inline constexpr std::size_t kMaxPermissions = 64;

Response api_json(JsonValue value);
/// The same with the entity tag, unless it is empty.
Response api_json(JsonValue value, std::string_view etag);
/// 201 or 204.
Response api_done(int status);
/// For people who wrote their own client: 400 and a sentence.
Response bad_request(std::string_view what);

/// 400 when `permissions` is an array of more than kMaxPermissions.
std::optional<Response> too_many_permissions(const JsonObject& fields);

/// 304 or 412 when the request's conditions say so; `etag` is empty for what does not exist.
std::optional<Response> failed_precondition(const ApiCall& call, std::string_view etag);
/// 415 unless the body is of this media type; parameters and case do not matter.
std::optional<Response> wrong_content_type(const ApiCall& call, std::string_view expected);

/// What a change that was refused is answered with.
Response edit_failure(const EditError& error, const FileRoot& static_root);
Response token_failure(const TokenError& error, const FileRoot& static_root);

/// Whether a Content-Type is `expected`, in any case and with whatever parameters.
bool is_media_type(std::string_view field, std::string_view expected);

}  // namespace halcyon::signald
