#pragma once

#include <optional>
#include <string_view>

namespace halcyon::galenectl {

/// A script for "bash", "zsh" or "fish" that asks the tool itself what may come next, so that an
/// installed script fits every version. Nothing for another shell.
std::optional<std::string_view> completion_script(std::string_view shell);

}  // namespace halcyon::galenectl
