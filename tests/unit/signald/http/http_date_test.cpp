#include "signald/http/http_date.h"

#include <doctest/doctest.h>

using namespace halcyon::signald;

TEST_CASE("the RFC's own example date reads and writes") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
}

TEST_CASE("dates round trip") {
  for (const std::int64_t t : {0L, 951782400L, 1700086400L, 4102444799L}) {
    CAPTURE(t);
    CHECK(parse_http_date(http_date(t)) == t);
  }
}

TEST_CASE("malformed dates are none") {
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:-9:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text).has_value());
  }
}
