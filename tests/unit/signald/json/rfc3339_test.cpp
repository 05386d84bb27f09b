#include "signald/json/rfc3339.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("RFC 3339 times are read with zone and fraction") {
  CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == WallTime{0});
  CHECK(parse_rfc3339("1970-01-01T01:00:00+01:00") == WallTime{0});
  CHECK(parse_rfc3339("1969-12-31T23:30:00-00:30") == WallTime{0});
  CHECK(parse_rfc3339("2024-02-29T12:00:00.5Z") == WallTime{1709208000'500000});
  CHECK(parse_rfc3339("2024-05-26T12:00:00.123456789Z") == WallTime{1716724800'123456});
  CHECK(parse_rfc3339("0001-01-01T00:00:00Z") == WallTime{-62135596800'000000});
}

TEST_CASE("what is no RFC 3339 time with a zone is refused") {
  const char* bad[] = {"",
                       "2024-01-01",
                       "2024-01-01T00:00:00",
                       "2024-01-01 00:00:00Z",
                       "2024-01-01t00:00:00Z",
                       "2024-01-01T00:00:00z",
                       "2024-13-01T00:00:00Z",
                       "2023-02-29T00:00:00Z",
                       "2024-01-01T24:00:00Z",
                       "2024-01-01T00:60:00Z",
                       "2024-01-01T00:00:60Z",
                       "2024-01-01T00:00:00.Z",
                       "2024-01-01T00:00:00+1:00",
                       "2024-01-01T00:00:00+24:00",
                       "2024-01-01T00:00:00Z ",
                       "24-01-01T00:00:00Z",
                       "2024-0a-01T00:00:00Z"};
  for (const std::string text : bad) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("times are written in UTC") {
  CHECK(format_rfc3339(WallTime{1709208000'500000}, Fraction::kNone) == "2024-02-29T12:00:00Z");
  CHECK(format_rfc3339(WallTime{1709208000'500000}, Fraction::kMicroseconds) ==
        "2024-02-29T12:00:00.5Z");
  CHECK(format_rfc3339(WallTime{1709208000'000000}, Fraction::kMicroseconds) ==
        "2024-02-29T12:00:00Z");
  CHECK(format_rfc3339(WallTime{-1}, Fraction::kMicroseconds) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("a time with its zone is written as it was read, without needless zeros") {
  const char* same[] = {"1970-01-01T00:00:00Z", "2030-06-01T12:00:00+02:00",
                        "2030-06-01T12:00:00.25-09:30", "1969-12-31T23:59:59.999999+14:00"};
  for (const char* text : same) {
    CAPTURE(text);
    const auto time = parse_zoned_rfc3339(text);
    REQUIRE(time);
    CHECK(format_rfc3339(*time) == text);
  }
  CHECK(format_rfc3339(*parse_zoned_rfc3339("2030-01-01T00:00:00.500+00:00")) ==
        "2030-01-01T00:00:00.5Z");
}
