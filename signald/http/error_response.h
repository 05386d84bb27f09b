#pragma once

#include <string_view>

#include "signald/http/file_root.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// A sentence for people: text/plain, with a final newline.
Response text_error(int status, std::string_view text);

Response internal_error();
Response method_not_allowed(std::string_view allowed_methods);
/// 301 or 308 to `location`, which must be encoded already.
Response redirect(int status, std::string_view location);

/// The page for people who followed a wrong link: 404.html of the static files, or a bare sentence.
Response not_found_page(const FileRoot& static_root);

/// For JSON answers: type, no-cache and the final newline.
Response json_response(std::string_view json);

}  // namespace halcyon::signald
