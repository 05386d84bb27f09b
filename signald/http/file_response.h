#pragma once

#include <string_view>

#include "signald/http/file_root.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Delivers an open regular file to GET or HEAD: validators, 304, 412, single and multiple ranges
/// (RFC 9110 14). `base` has the headers that every outcome carries. The file's name decides the
/// type; `coding` is that of the bytes, if any.
Response file_response(const Request& request, const OpenedFile& file, std::string_view file_name,
                       std::string_view cache_control, Headers base, std::string_view coding = {});

}  // namespace halcyon::signald
