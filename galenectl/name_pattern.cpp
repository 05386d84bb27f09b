#include "galenectl/name_pattern.h"

namespace halcyon::galenectl {
namespace {

/// Bytes of the UTF-8 character that begins at `at`; 1 where none does, and at the end.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  std::size_t length = 1;
  while (at + length < text.size() && continues(text[at + length])) ++length;
  return length;
}

struct ClassMatch {
  bool matched = false;
  std::size_t length = 0;  // of the class in the pattern, brackets included
};

/// One character of a class, perhaps quoted. Advances `at`.
ResultOr<std::string_view> class_character(std::string_view pattern, std::size_t& at) {
  if (at < pattern.size() && pattern[at] == '\\') ++at;
  if (at >= pattern.size()) return fail("syntax error in pattern");
  const std::size_t from = at;
  at += character_length(pattern, from);
  return pattern.substr(from, at - from);
}

/// UTF-8 sorts as its characters do, so that ranges are compared as text.
ResultOr<ClassMatch> match_class(std::string_view pattern, std::string_view c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool matched = false;
  bool empty = true;
  while (at < pattern.size() && (pattern[at] != ']' || empty)) {
    if (pattern[at] == ']' || pattern[at] == '-') return fail("syntax error in pattern");
    const auto low = class_character(pattern, at);
    if (!low) return unexpected(low.error());
    std::string_view high = *low;
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
    std::size_t length = 1;  // of what is matched
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
      continue;
    }
    if (p == pattern.size() && n == name.size()) return true;
    if (p < pattern.size()) {
      const std::string_view c =
          n < name.size() ? name.substr(n, character_length(name, n)) : std::string_view();
      if (pattern[p] == '[') {
        const auto found = match_class(pattern.substr(p), c);
        if (!found) return unexpected(found.error());
        advance = n < name.size() && found->matched;
        if (advance) p += found->length;
        length = c.size();
      } else if (pattern[p] == '?') {
        advance = n < name.size() && c != "/";
        if (advance) ++p;
        length = c.size();
      } else {
        const std::size_t literal = pattern[p] == '\\' ? p + 1 : p;
        if (literal >= pattern.size()) return fail("syntax error in pattern");
        advance = n < name.size() && pattern[literal] == name[n];
        if (advance) p = literal + 1;
      }
    }
    if (advance) {
      n += length;
    } else if (star != std::string_view::npos && star_name < name.size() &&
               name[star_name] != '/') {
      n = star_name += character_length(name, star_name);
      p = star + 1;
    } else {
      return false;
    }
  }
}

}  // namespace halcyon::galenectl
