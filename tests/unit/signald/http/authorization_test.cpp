#include "signald/http/authorization.h"

#include <doctest/doctest.h>

using namespace halcyon::signald;

namespace {

Authorization read(std::string_view field) {
  Headers headers;
  headers.add("authorization", field);
  return read_authorization(headers);
}

}  // namespace

TEST_CASE("Basic credentials are split at the first colon") {
  const auto jch = read("Basic amNoOmE6Yg==").basic;  // jch:a:b
  REQUIRE(jch);
  CHECK(jch->username == "jch");
  CHECK(jch->password == "a:b");
  const auto empty = read("bAsIc Og==").basic;  // :
  REQUIRE(empty);
  CHECK(empty->username.empty());
  CHECK(empty->password.empty());
}

TEST_CASE("malformed Basic credentials are none") {
  for (const char* field : {"", "Basic", "Basic ", "Basic !!!", "Basic amNo",
                            "Basicx amNoOmE=", "Digest amNoOmE6Yg==", "amNoOmE6Yg=="}) {
    CAPTURE(field);
    CHECK_FALSE(read(field).basic);
  }
}

TEST_CASE("a bearer token is the first part of two words that says so") {
  CHECK(bearer_token("Bearer abc") == "abc");
  CHECK(bearer_token("bEARER abc") == "abc");
  CHECK(bearer_token("Digest x, \tBearer abc\t, Bearer def") == "abc");
  CHECK(bearer_token("Bearer a b, Bearer c") == "c");
  for (const char* field : {"", "Bearer", "Bearer ", "Bearer  abc", "Bearer a b", "Bearerabc",
                            "Basic abc", "Bearer\tabc"}) {
    CAPTURE(field);
    CHECK_FALSE(bearer_token(field));
  }
}

TEST_CASE("a request without the header offers nothing") {
  const Authorization none = read_authorization({});
  CHECK_FALSE(none.basic);
  CHECK_FALSE(none.bearer);
}
