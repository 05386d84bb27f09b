#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/units/time.h"

namespace halcyon::galenectl {

/// What a value names, so that a shell can offer it.
enum class Names {
  kNothing,
  kGroups,
  kUsers,
  kTokens,
  kRoles,
  kPasswordTypes,
  kDurations,
  kFiles,
  kShells
};

/// One option a command understands.
struct OptionSpec {
  enum class Kind { kString, kBool, kInteger, kDuration };
  std::string name;
  Kind kind = Kind::kString;
  std::string argument;  // shown in the help: "URL"
  std::string help;
  std::string default_text;  // shown in the help, and the value when not given
  Names names = Names::kNothing;
};

/// Options as Go programs take them: -name or --name, the value after "=" or as the next word; a
/// boolean takes one only with "=". Parsing stops at "--" or at the first word that is no option.
class Options {
 public:
  struct Problem {
    bool help_wanted = false;  // -h or -help: not an error
    std::string text;
  };
  /// `words` is advanced past what was taken.
  static Result<Options, Problem> parse(const std::vector<OptionSpec>& specs,
                                        std::vector<std::string>& words);

  /// Whether the option stands on the command line.
  bool given(std::string_view name) const { return values_.contains(std::string(name)); }
  /// The value given, else the default.
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  /// Zero when there is neither a value nor a default.
  TimeDelta duration(std::string_view name) const;
  /// Nothing when it was not given: "leave alone" is not "false".
  std::optional<bool> optional_flag(std::string_view name) const;

 private:
  const OptionSpec& spec(std::string_view name) const;
  std::vector<OptionSpec> specs_;
  std::map<std::string, std::string, std::less<>> values_;
};

/// One line an option, for usage messages.
std::string describe(const std::vector<OptionSpec>& specs);

}  // namespace halcyon::galenectl
