#include "signald/options/go_flags.h"

#include <algorithm>
#include <array>
#include <optional>

namespace halcyon::signald {
namespace {

constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "FALSE", "False"};

std::optional<std::string> boolean(std::string_view text) {
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return "true";
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return "false";
  return std::nullopt;
}

struct Word {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// "-name", "--name", either with "=value". Nothing when the word ends the flags.
ResultOr<std::optional<Word>> split(std::string_view word) {
  if (word.size() < 2 || word[0] != '-' || word == "--") return std::optional<Word>();
  std::string_view rest = word.substr(word[1] == '-' ? 2 : 1);
  if (rest.empty() || rest[0] == '-' || rest[0] == '=') {
    return fail("bad flag syntax: " + std::string(word));
  }
  const std::size_t equals = rest.find('=');
  Word result{rest.substr(0, equals), std::nullopt};
  if (equals != std::string_view::npos) result.value = rest.substr(equals + 1);
  return std::optional<Word>(result);
}

}  // namespace

ResultOr<FlagValues> parse_go_flags(const std::vector<FlagSpec>& known,
                                    const std::vector<std::string>& words) {
  FlagValues values;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto split_word = split(words[i]);
    if (!split_word) return make_unexpected(split_word.error());
    if (!*split_word) break;
    const Word& word = **split_word;
    const std::string name(word.name);
    const auto spec = std::find_if(known.begin(), known.end(),
                                   [&](const FlagSpec& s) { return s.name == word.name; });
    if (spec == known.end()) return fail("flag provided but not defined: -" + name);
    if (spec->kind == FlagSpec::Kind::kBoolean) {
      const auto value = boolean(word.value.value_or("true"));
      if (!value) {
        return fail("invalid boolean value \"" + std::string(*word.value) + "\" for -" + name);
      }
      values.emplace_back(name, *value);
    } else if (word.value) {
      values.emplace_back(name, std::string(*word.value));
    } else if (i + 1 < words.size()) {
      values.emplace_back(name, words[++i]);
    } else {
      return fail("flag needs an argument: -" + name);
    }
  }
  return values;
}

}  // namespace halcyon::signald
