#include "signald/groups/description_writer.h"

#include <doctest/doctest.h>

#include <string>

#include "signald/groups/description_update.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

GroupDescription parsed(std::string_view text) {
  auto description = parse_group_description(text);
  REQUIRE(description);
  return description->description;
}

/// Every field there is, in the order in which they are written.
constexpr std::string_view kEverything =
    R"({"displayName":"dn","description":"d","contact":"c","comment":"co","public":true,)"
    R"("redirect":"https://b.org/","max-clients":20,"max-history-age":-5,)"
    R"("expires":"2030-01-01T00:00:00.25+05:30","not-before":"2029-01-01T00:00:00-01:00",)"
    R"("allow-recording":true,"unrestricted-tokens":true,"auto-subgroups":true,"autolock":true,)"
    R"("autokick":true,"users":{"":{},"ann":{"password":"x","permissions":"op"},)"
    R"("bob":{"password":{"type":"plain"},"permissions":[]},)"
    R"("eve":{"password":{"type":"pbkdf2","hash":"sha-256","key":"00","salt":"01","iterations":2}},)"
    R"("odd":{"password":{"type":"future","key":"k"}}},)"
    R"("wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"},)"
    R"("fallback-users":[{"password":"f","permissions":"message"},{}],)"
    R"("authKeys":[{"kty":"oct","alg":"HS256","k":"AA","n":[1,2.5,null]}],)"
    R"("authServer":"https://s/","authPortal":"https://p/","codecs":["vp9","opus"]})";

}  // namespace

TEST_CASE("a description with every field is written as it was read") {
  CHECK(write_group_description(parsed(kEverything)) == std::string(kEverything) + "\n");
}

TEST_CASE("an empty description is an empty object") {
  CHECK(write_group_description({}) == "{}\n");
  CHECK(
      write_group_description(parsed(
          R"({"public":false,"max-clients":0,"codecs":[],"users":{},"authKeys":[],"redirect":""})")) ==
      "{}\n");
}

TEST_CASE("what HTML and JavaScript could misread is escaped") {
  GroupDescription description;
  description.comment = "<a>&\xE2\x80\xA8\"";
  CHECK(write_group_description(description) ==
        "{\"comment\":\"\\u003ca\\u003e\\u0026\\u2028\\\"\"}\n");
  CHECK(parsed(write_group_description(description)) == description);
}

TEST_CASE("no password, null and {} all are no password when written") {
  const auto description = parsed(
      R"({"users":{"a":{"password":null},"b":{"password":{}},"c":{"password":{"key":"x"}}}})");
  CHECK(write_group_description(description) == "{\"users\":{\"a\":{},\"b\":{},\"c\":{}}}\n");
}

TEST_CASE("obsolete fields are written as what they became") {
  const auto description = parsed(
      R"({"op":[{"username":"jch","password":"1"}],"presenter":[{}],"allow-subgroups":true})");
  CHECK(write_group_description(description) ==
        R"({"auto-subgroups":true,"users":{"jch":{"password":"1","permissions":"op"}},)"
        R"("wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})"
        "\n");
}

TEST_CASE("the sanitised description holds neither users nor keys") {
  const std::string text = write_json(sanitised_description(parsed(kEverything)));
  CHECK(text.find("codecs") != std::string::npos);
  for (const char* secret : {"user", "authKeys", "password", "permissions"}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
}

TEST_CASE("an update is read like a file, except that unknown fields are ignored") {
  const auto update = parse_description_update(R"({"Public":true,"new":1,"users":null} rest)");
  REQUIRE(update);
  CHECK(update->is_public);
  CHECK(parse_description_update("null"));
  for (const char* bad : {"", "[]", "{", R"({"public":1})", R"({"max-clients":1.5})"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_description_update(bad));
  }
}

TEST_CASE("an update must not smuggle in users or keys") {
  for (const char* field :
       {"users", "Wildcard-User", "fallback-users", "authKeys", "op", "PRESENTER", "other"}) {
    for (const char* value : {"{}", "[]", "[{}]", "1"}) {
      const std::string text = "{\"" + std::string(field) + "\":" + value + "}";
      CAPTURE(text);
      const auto update = parse_description_update(text);
      REQUIRE_FALSE(update);
      CHECK(update.error().message.find("not sanitised") != std::string::npos);
    }
  }
}
