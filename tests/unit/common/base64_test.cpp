#include "common/encoding/base64.h"

#include <doctest/doctest.h>

#include <string>

#include "common/encoding/hex.h"

using namespace halcyon;

namespace {
std::vector<std::uint8_t> bytes_of(std::string_view s) { return {s.begin(), s.end()}; }
}  // namespace

TEST_CASE("base64 follows the vectors of RFC 4648 section 10") {
  CHECK(base64_encode(bytes_of("")) == "");
  CHECK(base64_encode(bytes_of("f")) == "Zg==");
  CHECK(base64_encode(bytes_of("fo")) == "Zm8=");
  CHECK(base64_encode(bytes_of("foo")) == "Zm9v");
  CHECK(base64_encode(bytes_of("foobar")) == "Zm9vYmFy");
  CHECK(base64_decode("Zm9vYg==") == bytes_of("foob"));
  CHECK(base64_decode("Zm9vYmE=") == bytes_of("fooba"));
}

TEST_CASE("base64url has no padding and its own two last characters") {
  const std::vector<std::uint8_t> bytes{0xfb, 0xff, 0xfe};
  CHECK(base64url_encode(bytes) == "-__-");
  CHECK(base64url_decode("-__-") == bytes);
  CHECK(base64url_encode(bytes_of("f")) == "Zg");
}

TEST_CASE("base64 refuses what has two spellings or is no base64") {
  CHECK_FALSE(base64url_decode("Zh"));    // left-over bits not zero
  CHECK_FALSE(base64url_decode("Z"));     // impossible length
  CHECK_FALSE(base64url_decode("Zg=="));  // padding
  CHECK_FALSE(base64url_decode("Zm+v"));  // the other alphabet
  CHECK_FALSE(base64_decode("Zg"));       // padding missing
  CHECK_FALSE(base64_decode("Z==="));
}

TEST_CASE("hex reads both cases and refuses odd lengths and other characters") {
  CHECK(hex_decode("00fFa0") == std::vector<std::uint8_t>{0x00, 0xff, 0xa0});
  CHECK(hex_encode(std::vector<std::uint8_t>{0x0a, 0xbc}) == "0abc");
  CHECK_FALSE(hex_decode("abc"));
  CHECK_FALSE(hex_decode("0g"));
}
