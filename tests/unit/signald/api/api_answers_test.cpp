#include "signald/api/api_answers.h"

#include <doctest/doctest.h>

#include "signald/api/api_body.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a media type matches in any case and with any well-formed parameters") {
  for (const char* field :
       {"application/json", "Application/JSON", "application/json;charset=utf-8",
        " application/json ; a=b; c=\"d\"", "application/json;"}) {
    CAPTURE(field);
    CHECK(is_media_type(field, "application/json"));
  }
  for (const char* field :
       {"", "json", "application/jsonx", "application/json x", "application/json; x",
        "application/json; =x", "text/json", "application/json,text/plain"}) {
    CAPTURE(field);
    CHECK_FALSE(is_media_type(field, "application/json"));
  }
}

TEST_CASE("the fields of a body are found in any case, and nothing else is") {
  const auto fields = read_api_object(R"({"A":1,"a":2,"Other":3,"b":null} more)", {"a", "b"});
  REQUIRE(fields);
  CHECK(write_json(*fields) == R"({"a":2,"b":null})");
  CHECK(read_api_object("null", {"a"})->empty());
  for (const char* bad : {"", "[]", "\"x\"", "5", "{", "{\"a\":}"}) {
    CAPTURE(bad);
    CHECK_FALSE(read_api_object(bad, {"a"}));
  }
}

TEST_CASE("a body nested too deeply is refused") {
  const std::string deep = "{\"a\":" + std::string(100'000, '[');
  CHECK_FALSE(read_api_object(deep, {"a"}));
}
