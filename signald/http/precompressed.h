#pragma once

#include <string_view>

#include "signald/http/file_root.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// A file, or a compressed copy of it that lies beside it: NAME.br or NAME.gz.
struct FileVariant {
  OpenedFile file;
  std::string_view encoding;  // "br" or "gzip"; empty: the file itself
  bool varies = false;        // others exist, which another client might get
};

/// What to send of the file at `path`: the first of br, gzip and the file itself that the client
/// accepts (RFC 9110 12.5.3) and that is not older than the file. Byte ranges are of the file
/// itself.
Result<FileVariant, OpenError> open_variant(const FileRoot& root, std::string_view path,
                                            const Headers& request);

/// Says so in the headers of the answer.
void add_variant_headers(Headers& answer, const FileVariant& variant);

/// Whether an Accept-Encoding field takes a coding.
bool accepts_encoding(std::string_view field, std::string_view coding);

}  // namespace halcyon::signald
