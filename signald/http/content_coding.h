#pragma once

#include <string_view>
#include <vector>

namespace halcyon::signald {

/// A content coding of RFC 9110 8.4.1 in which a file may lie beside the plain one.
struct ContentCoding {
  std::string_view name;    // as in Content-Encoding
  std::string_view suffix;  // of the file's name
};

/// Those that an Accept-Encoding allows (RFC 9110 12.5.3), the one that makes files smallest first.
std::vector<ContentCoding> accepted_codings(std::string_view accept_encoding);

}  // namespace halcyon::signald
