#pragma once

#include <string>
#include <string_view>

#include "signald/http/file_root.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Delivers a file of the web client as file_response() does, compressed when a variant made
/// beforehand lies beside it (NAME.br, NAME.gz), is not older, and the client takes it. The variant
/// has an entity tag of its own and its ranges are those of the compressed bytes (RFC 9110 8.4).
Response encoded_file_response(const FileRoot& root, const Request& request, const OpenedFile& file,
                               const std::string& path, std::string_view cache_control,
                               Headers base);

}  // namespace halcyon::signald
