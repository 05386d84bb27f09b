#include "galenectl/name_pattern.h"

namespace halcyon::galenectl {
namespace {

struct ClassMatch {
  bool matched = false;
  std::size_t length = 0;  // of the class in the pattern, brackets included
};

/// One character of a class, perhaps quoted. Advances `at`.
ResultOr<char> class_character(std::string_view pattern, std::size_t& at) {
  if (at < pattern.size() && pattern[at] == '\\') ++at;
  if (at >= pattern.size()) return fail("syntax error in pattern");
  return pattern[at++];
}

ResultOr<ClassMatch> match_class(std::string_view pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool matched = false;
  bool empty = true;
  while (at < pattern.size() && (pattern[at] != ']' || empty)) {
    if (pattern[at] == ']' || pattern[at] == '-') return fail("syntax error in pattern");
    const auto low = class_character(pattern, at);
    if (!low) return unexpected(low.error());
    char high = *low;
    if (at < pattern.size() && pattern[at] == '-') {
      ++at;
      const auto end = class_character(pattern, at);
      if (!end) return unexpected(end.error());
      high = *end;
    }
    matched = matched || (*low <= c && c <= high);
    empty = false;
  }
  if (at >= pattern.size()) return fail("syntax error in pattern");
  return ClassMatch{matched != negated, at + 1};
}

}  // namespace

ResultOr<bool> matches(std::string_view pattern, std::string_view name) {
  // The usual two-pointer walk: on a mismatch go back to the last star and let it take one
  // character more.
  std::size_t p = 0, n = 0;
  std::size_t star = std::string_view::npos, star_name = 0;
  while (true) {
    bool advance = false;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
      continue;
    }
    if (p == pattern.size() && n == name.size()) return true;
    if (p < pattern.size()) {
      const char c = n < name.size() ? name[n] : '\0';
      if (pattern[p] == '[') {
        const auto found = match_class(pattern.substr(p), c);
        if (!found) return unexpected(found.error());
        advance = n < name.size() && found->matched;
        if (advance) p += found->length;
      } else if (pattern[p] == '?') {
        advance = n < name.size() && c != '/';
        if (advance) ++p;
      } else {
        const std::size_t literal = pattern[p] == '\\' ? p + 1 : p;
        if (literal >= pattern.size()) return fail("syntax error in pattern");
        advance = n < name.size() && pattern[literal] == c;
        if (advance) p = literal + 1;
      }
    }
    if (advance) {
      ++n;
    } else if (star != std::string_view::npos && star_name < name.size() &&
               name[star_name] != '/') {
      n = ++star_name;
      p = star + 1;
    } else {
      return false;
    }
  }
}

}  // namespace halcyon::galenectl
