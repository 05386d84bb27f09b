#pragma once

#include <string>
#include <string_view>

namespace halcyon::signald {

/// A-Z become a-z, everything else stays: the names of fields in files match in any case.
inline std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

}  // namespace halcyon::signald
