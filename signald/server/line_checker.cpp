#include "signald/server/line_checker.h"

namespace halcyon::signald {

bool LineChecker::check(std::string_view head) {
  for (; seen_ < head.size() && !ended_; ++seen_) {
    const char c = head[seen_];
    if (after_cr_ != (c == '\n') || c == '\0') return false;
    after_cr_ = c == '\r';
    if (c == '\n') {
      ended_ = line_length_ == 0;
      first_line_ = false;
      line_length_ = 0;
    } else if (c != '\r') {
      if (line_length_ == 0 && !first_line_ && (c == ' ' || c == '\t')) return false;
      ++line_length_;
    }
  }
  return true;
}

}  // namespace halcyon::signald
