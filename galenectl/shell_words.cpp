#include "galenectl/shell_words.h"

#include <cctype>

namespace halcyon::galenectl {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/// Takes one character after another, and knows whether it stands in quotes (bash(1), QUOTING).
class Unquoter {
 public:
  /// Whether `c` separates words here.
  bool separates(char c) const { return quote_ == 0 && !is_escaped_ && is_blank(c); }

  void take(char c, std::string& meaning) {
    if (is_escaped_) {
      // Within double quotes the backslash is kept unless it quotes something.
      constexpr std::string_view kQuotable = "$`\"\\\n";
      if (quote_ == '"' && kQuotable.find(c) == std::string_view::npos) meaning.push_back('\\');
      meaning.push_back(c);
      is_escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      is_escaped_ = true;
    } else if (quote_ == 0 && (c == '"' || c == '\'')) {
      quote_ = c;
    } else if (quote_ != 0 && c == quote_) {
      quote_ = 0;
    } else {
      meaning.push_back(c);
    }
  }

 private:
  char quote_ = 0;
  bool is_escaped_ = false;
};

}  // namespace

ShellWords split_bash_line(std::string_view line) {
  ShellWords result;
  result.words.emplace_back();
  Unquoter unquoter;
  for (const char c : line) {
    if (unquoter.separates(c)) {
      if (!result.raw_last.empty()) result.words.emplace_back();
      result.raw_last.clear();
    } else {
      result.raw_last.push_back(c);
      unquoter.take(c, result.words.back());
    }
  }
  return result;
}

std::string without_bash_quotes(std::string_view raw) {
  Unquoter unquoter;
  std::string meaning;
  for (const char c : raw) unquoter.take(c, meaning);
  return meaning;
}

std::string bash_text(std::string_view text, std::string_view typed) {
  const char quote = typed.starts_with('"') || typed.starts_with('\'') ? typed.front() : '\0';
  if (quote == '\'') return text.find('\'') == std::string_view::npos ? std::string(text) : "";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view kHarmless = "-_./,:=@%+";
    const bool is_harmless = quote == '"'
                                 ? std::string_view("$`\"\\!").find(c) == std::string_view::npos
                                 : byte >= 0x80 || std::isalnum(byte) != 0 ||
                                       kHarmless.find(c) != std::string_view::npos;
    if (!is_harmless) result.push_back('\\');
    result.push_back(c);
  }
  return result;
}

}  // namespace halcyon::galenectl
