#pragma once

#include <string_view>
#include <vector>

#include "galenectl/commands.h"

namespace halcyon::galenectl {

/// What the completion scripts call; not for people, and not in the usage.
inline constexpr std::string_view kCompleteCommand = "__complete";

/// Behind it stand "words WORD..." (zsh, fish: unquoted words, the last being typed) or "bash LINE
/// WORD" (the line up to the cursor, and bash's own idea of the last word, with quotes). Prints
/// "files" when a file name is wanted, else "names" and a line for each candidate; for zsh and fish
/// with a tab and a description behind it. Never asks, never complains, and gives up on the server
/// soon.
int print_candidates(Environment& environment, const std::vector<std::string>& words);

}  // namespace halcyon::galenectl
