#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/error.h"

namespace halcyon::signald {

/// One flag the program knows.
struct FlagSpec {
  enum class Kind { kValue, kBoolean };
  std::string_view name;
  Kind kind = Kind::kValue;
};

/// Flags in order of appearance; those of kind kBoolean have "true" or "false" as value.
using FlagValues = std::vector<std::pair<std::string, std::string>>;

/// Reads a command line by the rules of Go's flag package, which administrators' unit files rely
/// on: `-name` and
/// `--name` are the same, a value follows `=` or is the next word, a boolean takes a value only
/// with `=`, the first word that is no flag ends the flags, and what follows is ignored. A general
/// option parser (CLI11) reads `-http` as four one-letter flags, so this is written out. `words`
/// does not contain the program's name.
ResultOr<FlagValues> parse_go_flags(const std::vector<FlagSpec>& known,
                                    const std::vector<std::string>& words);

}  // namespace halcyon::signald
