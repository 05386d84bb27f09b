#pragma once

#include <cstddef>
#include <string_view>

namespace halcyon::signald {

/// Watches over the line ends of a request's head, byte for byte. Parsers differ in whether a CR or
/// LF alone ends a line and whether a line that begins with white space goes on from the one before
/// (RFC 9112 2.2, 5.2): where a proxy in front and a server behind differ, one can be made to see a
/// request that the other does not. So the lenient readings are errors.
class LineChecker {
 public:
  /// Looks at what is new in `head`, which holds all bytes since the request's first. False from
  /// the first byte on that no head may have: NUL too. What follows the head is not looked at.
  bool check(std::string_view head);
  void reset() { *this = LineChecker(); }

 private:
  std::size_t seen_ = 0;
  bool after_cr_ = false;
  std::size_t line_length_ = 0;
  bool first_line_ = true;
  bool ended_ = false;
};

}  // namespace halcyon::signald
