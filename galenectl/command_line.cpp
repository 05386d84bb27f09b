#include "galenectl/command_line.h"

#include <algorithm>
#include <charconv>

#include "common/check/check.h"
#include "galenectl/duration.h"

namespace halcyon::galenectl {
namespace {

std::optional<bool> parse_bool(std::string_view text) {
  static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, text) != std::end(kFalse)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool acceptable(const OptionSpec& spec, std::string_view value) {
  switch (spec.kind) {
    case OptionSpec::Kind::kString:
      return true;
    case OptionSpec::Kind::kBool:
      return parse_bool(value).has_value();
    case OptionSpec::Kind::kInteger:
      return parse_integer(value).has_value();
    case OptionSpec::Kind::kDuration:
      return parse_duration(value).has_value();
  }
  return false;
}

}  // namespace

Result<Options, Options::Problem> Options::parse(const std::vector<OptionSpec>& specs,
                                                 std::vector<std::string>& words) {
  Options options;
  options.specs_ = specs;
  std::size_t at = 0;
  while (at < words.size()) {
    std::string_view word = words[at];
    if (word.size() < 2 || word[0] != '-') break;
    ++at;
    if (word == "--") break;
    word.remove_prefix(word[1] == '-' ? 2 : 1);
    const std::size_t equals = word.find('=');
    const std::string name(word.substr(0, equals));
    const auto found = std::ranges::find(specs, name, &OptionSpec::name);
    if (found == specs.end()) {
      if (name == "h" || name == "help") return unexpected(Problem{true, ""});
      return unexpected(Problem{false, "option provided but not defined: -" + name});
    }
    std::string value;
    if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (found->kind == OptionSpec::Kind::kBool) {
      value = "true";
    } else if (at < words.size()) {
      value = words[at++];
    } else {
      return unexpected(Problem{false, "option needs an argument: -" + name});
    }
    if (!acceptable(*found, value)) {
      return unexpected(Problem{false, "invalid value \"" + value + "\" for option -" + name});
    }
    options.values_.insert_or_assign(name, value);
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at));
  return options;
}

const OptionSpec& Options::spec(std::string_view name) const {
  const auto found = std::ranges::find(specs_, name, &OptionSpec::name);
  check(found != specs_.end());
  return *found;
}

std::string Options::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second : spec(name).default_text;
}

bool Options::flag(std::string_view name) const {
  return optional_flag(name).value_or(spec(name).default_text == "true");
}

std::optional<bool> Options::optional_flag(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return parse_bool(found->second);
}

std::int64_t Options::integer(std::string_view name) const {
  return parse_integer(text(name)).value_or(0);
}

TimeDelta Options::duration(std::string_view name) const {
  return parse_duration(text(name)).value_or(TimeDelta::zero());
}

std::string describe(const std::vector<OptionSpec>& specs) {
  std::string text;
  for (const OptionSpec& spec : specs) {
    text += "  -" + spec.name;
    if (!spec.argument.empty()) text += " " + spec.argument;
    text += "\n        " + spec.help;
    if (!spec.default_text.empty() && spec.default_text != "false") {
      text += " (default " + spec.default_text + ")";
    }
    text += "\n";
  }
  return text;
}

}  // namespace halcyon::galenectl
