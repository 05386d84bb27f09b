#pragma once

#include <string_view>

namespace halcyon::signald {

/// A header field's value, or a piece of one, without the optional white space around it (RFC 9110
/// 5.6.3: blanks and tabs). Borrows from `text`.
constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace halcyon::signald
