#include "signald/server/line_checker.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace halcyon::signald;
using namespace std::string_view_literals;

namespace {

bool passes(std::string_view head) { return LineChecker().check(head); }

/// The same when the bytes come one by one.
bool passes_byte_by_byte(std::string_view head) {
  LineChecker checker;
  for (std::size_t i = 1; i <= head.size(); ++i) {
    if (!checker.check(head.substr(0, i))) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a head passes only if its lines end in CR LF and none begins with white space") {
  const struct {
    std::string_view head;
    bool fine;
  } rows[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", false},
      {"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n", false},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nX: a\0b\r\n\r\n"sv, false},
      {"GET / HT", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.head);
    CHECK(passes(row.head) == row.fine);
    CHECK(passes_byte_by_byte(row.head) == row.fine);
  }
}

TEST_CASE("what follows the head may be anything") {
  CHECK(passes("POST / HTTP/1.1\r\nHost: a\r\n\r\n\n \0\r\r"sv));
}
