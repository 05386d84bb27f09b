#include "signald/groups/group_description.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon;
using namespace halcyon::signald;

namespace {

GroupDescription parsed(std::string_view text) {
  const auto result = parse_group_description(text);
  if (!result) {
    FAIL(result.error().message);
  }
  return result->description;
}

std::string problem(std::string_view text) {
  const auto result = parse_group_description(text);
  return result ? "no problem" : result.error().message;
}

}  // namespace

TEST_CASE("an empty description has the defaults") {
  for (const std::string text : {"{}", "null", "{} trailing text", R"({"public":null})"}) {
    const GroupDescription group = parsed(text);
    CHECK_FALSE(group.is_public);
    CHECK(group.max_clients == 0);
    CHECK(group.codecs_or_default() == std::vector<std::string>{"vp8", "opus"});
    CHECK(group.history_age() == TimeDelta::seconds(14400));
    CHECK(group.users.empty());
    CHECK_FALSE(group.wildcard_user);
  }
}

TEST_CASE("all fields of a description are read") {
  const GroupDescription group = parsed(R"({
    "displayName":"dn","description":"d","contact":"c","comment":"k","public":true,
    "redirect":"https://x/","max-clients":3,"max-history-age":60,
    "expires":"2030-01-01T00:00:00Z","not-before":"2029-01-01T00:00:00+01:00",
    "allow-recording":true,"unrestricted-tokens":true,"auto-subgroups":true,"autolock":true,
    "autokick":true,"users":{"jch":{"password":"1234","permissions":"op"},"":{}},
    "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"},
    "fallback-users":[{"password":"x","permissions":"message"}],
    "authKeys":[{"kty":"oct"}],"authServer":"https://a/","authPortal":"https://p/",
    "codecs":["vp9","opus"]})");
  CHECK(group.display_name == "dn");
  CHECK(group.description == "d");
  CHECK(group.contact == "c");
  CHECK(group.comment == "k");
  CHECK(group.is_public);
  CHECK(group.redirect == "https://x/");
  CHECK(group.max_clients == 3);
  CHECK(group.history_age() == TimeDelta::seconds(60));
  CHECK(group.expires->at == WallTime{1893456000'000000});
  CHECK(group.not_before->at == WallTime{1861916400'000000});
  CHECK(group.not_before->zone_minutes == 60);
  CHECK(group.allow_recording);
  CHECK(group.unrestricted_tokens);
  CHECK(group.auto_subgroups);
  CHECK(group.autolock);
  CHECK(group.autokick);
  CHECK(group.users.size() == 2);
  CHECK(group.permissions_of(group.users.at("jch")).has("record"));
  CHECK(group.permissions_of(*group.wildcard_user).has("token"));
  CHECK(group.fallback_users.size() == 1);
  CHECK(group.auth_keys.size() == 1);
  CHECK(group.auth_server == "https://a/");
  CHECK(group.auth_portal == "https://p/");
  CHECK(group.codecs == std::vector<std::string>{"vp9", "opus"});
}

TEST_CASE("field names match in any case and the last of several counts") {
  CHECK(parsed(R"({"PUBLIC":true})").is_public);
  CHECK_FALSE(parsed(R"({"public":true,"Public":false})").is_public);
  const GroupDescription group =
      parsed(R"({"users":{"a":{"password":"1"},"b":{}},"users":{"a":{"password":"2"},"c":{}}})");
  CHECK(group.users.size() == 3);
  CHECK(group.users.at("a").password.key == "2");
}

TEST_CASE("a mistake anywhere makes the whole description invalid") {
  struct Row {
    const char* text;
    const char* mention;
  };
  const Row rows[] = {
      {"", "line 1"},
      {"[]", "object"},
      {"\"x\"", "object"},
      {R"({"pubilc":true})", "pubilc"},
      {R"({"public":"true"})", "public"},
      {R"({"public":1})", "public"},
      {R"({"max-clients":10.5})", "max-clients"},
      {R"({"max-clients":"10"})", "max-clients"},
      {R"({"max-clients":1e1})", "max-clients"},
      {R"({"max-clients":9223372036854775808})", "max-clients"},
      {R"({"expires":"2030-01-01"})", "expires"},
      {R"({"expires":1893456000})", "expires"},
      {R"({"not-before":"2030-01-01T00:00:00"})", "not-before"},
      {R"({"displayName":{}})", "displayName"},
      {R"({"users":[]})", "users"},
      {R"({"users":{"bob":{"role":"op"}}})", "bob"},
      {R"({"users":{"bob":{"permissions":"presenter"}}})", "unknown permission"},
      {R"({"users":{"bob":{"password":12}}})", "bob"},
      {R"({"wildcard-user":"x"})", "wildcard-user"},
      {R"({"fallback-users":{}})", "fallback-users"},
      {R"({"codecs":"vp8"})", "codecs"},
      {R"({"codecs":[8]})", "codecs"},
      {R"({"authKeys":{}})", "authKeys"},
      {R"({"authKeys":["x"]})", "authKeys"},
      {R"({"op":{}})", "op"},
      {R"({"op":[{"name":"x"}]})", "name"},
      {R"({"presenter":["x"]})", "presenter"},
      {R"({"allow-anonymous":"no"})", "allow-anonymous"},
      {R"({"users":{"a":{"permissions":"op"} "b":{}}})", "line 1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CAPTURE(problem(row.text));
    CHECK(problem(row.text).find(row.mention) != std::string::npos);
  }
}

TEST_CASE("obsolete lists of clients become users") {
  const auto result = parse_group_description(
      R"({"op":[{"username":"jch","password":"1"},{"username":"jch","password":"2"},
                {"password":"x"}],
          "presenter":[{},{"username":"jch"}],"other":[{"username":"foo","password":null}],
          "allow-subgroups":true,"allow-anonymous":true})");
  REQUIRE(result);
  const GroupDescription& group = result->description;
  REQUIRE(group.users.size() == 2);
  CHECK(group.users.at("jch").password.key == "1");
  CHECK(group.users.at("jch").grant.role == "op");
  CHECK(group.users.at("foo").password.type == Password::Type::kWildcard);
  CHECK(group.users.at("foo").grant.role == "message");
  REQUIRE(group.wildcard_user);
  CHECK(group.wildcard_user->password.key == "x");
  CHECK(group.wildcard_user->grant.role == "op");
  CHECK(group.auto_subgroups);
  CHECK(result->warnings.size() == 5);
}

TEST_CASE("users that are there already win over obsolete lists") {
  const GroupDescription group = parsed(R"({"op":[{"username":"a","password":"old"},{}],
                 "users":{"a":{"password":"new","permissions":"message"}},
                 "wildcard-user":{"permissions":"observe"}})");
  CHECK(group.users.at("a").password.key == "new");
  CHECK(group.wildcard_user->grant.role == "observe");
}

TEST_CASE("extreme ages of the history stay within bounds") {
  CHECK(parsed(R"({"max-history-age":-5})").history_age() < TimeDelta::zero());
  CHECK(parsed(R"({"max-history-age":9223372036854775807})").history_age() >
        TimeDelta::seconds(86400));
}

TEST_CASE("an automatic subgroup is never public and has no description") {
  const GroupDescription group = as_automatic_subgroup(
      parsed(R"({"auto-subgroups":true,"public":true,"displayName":"dn","description":"d"})"));
  CHECK_FALSE(group.is_public);
  CHECK(group.description.empty());
  CHECK(group.display_name == "dn");
  CHECK(group.auto_subgroups);
}
