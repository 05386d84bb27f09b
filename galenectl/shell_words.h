#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halcyon::galenectl {

/// The beginning of a command line, up to the cursor, as bash would split it. Nothing is expanded.
struct ShellWords {
  std::vector<std::string> words;  // without quotes; the last is being typed, and may be empty
  std::string raw_last;            // the last as it stands on the line
};
ShellWords split_bash_line(std::string_view line);

/// What bash has to insert in the place of `typed`, raw text that may begin with a quote, to make
/// it mean `text`. Empty if it cannot be said within that quote.
std::string bash_text(std::string_view text, std::string_view typed);

/// The meaning of raw text: quotes and backslashes removed.
std::string without_bash_quotes(std::string_view raw);

}  // namespace halcyon::galenectl
