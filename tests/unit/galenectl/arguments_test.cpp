#include <doctest/doctest.h>

#include "galenectl/command_line.h"
#include "galenectl/duration.h"
#include "galenectl/indented_json.h"
#include "galenectl/local_time.h"
#include "galenectl/name_pattern.h"
#include "galenectl/permissions_argument.h"
#include "galenectl/tool_config.h"
#include "galenectl/url.h"
#include "signald/json/json_reader.h"

using namespace halcyon;
using namespace halcyon::galenectl;

namespace {

const std::vector<OptionSpec> kSpecs{
    {"name", OptionSpec::Kind::kString, "NAME", "a name", "nobody"},
    {"loud", OptionSpec::Kind::kBool, "", "shout", "false"},
    {"count", OptionSpec::Kind::kInteger, "N", "how many", "3"},
};

bool match(std::string_view pattern, std::string_view name) {
  const auto result = matches(pattern, name);
  REQUIRE(result.has_value());
  return *result;
}

}  // namespace

TEST_CASE("options are taken with one dash or two, and with = or as the next word") {
  std::vector<std::string> words{"-name", "a", "--count=7", "-loud", "rest", "-name"};
  const auto options = Options::parse(kSpecs, words);
  REQUIRE(options.has_value());
  CHECK(options->text("name") == "a");
  CHECK(options->integer("count") == 7);
  CHECK(options->flag("loud"));
  CHECK(words == std::vector<std::string>{"rest", "-name"});
}

TEST_CASE("a boolean takes a value only with =, and absent is not false") {
  std::vector<std::string> words{"-loud", "false"};
  CHECK(Options::parse(kSpecs, words)->flag("loud"));
  CHECK(words == std::vector<std::string>{"false"});
  words = {"-loud=F"};
  CHECK(Options::parse(kSpecs, words)->optional_flag("loud") == false);
  words = {};
  CHECK_FALSE(Options::parse(kSpecs, words)->optional_flag("loud").has_value());
}

TEST_CASE("unknown options, bad values and missing values are problems, -help is not an error") {
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"-nmae", "a"}, {"-loud=perhaps"}, {"-count", "many"}, {"-name"}}) {
    auto words = bad;
    const auto options = Options::parse(kSpecs, words);
    REQUIRE_FALSE(options.has_value());
    CHECK_FALSE(options.error().help_wanted);
    CHECK_FALSE(options.error().text.empty());
  }
  std::vector<std::string> help{"--help"};
  CHECK(Options::parse(kSpecs, help).error().help_wanted);
}

TEST_CASE("two dashes end the options") {
  std::vector<std::string> words{"--", "-name"};
  CHECK(Options::parse(kSpecs, words)->text("name") == "nobody");
  CHECK(words == std::vector<std::string>{"-name"});
}

TEST_CASE("durations combine units, may be negative, and need a unit") {
  CHECK(parse_duration("1h30m") == TimeDelta::seconds(5400));
  CHECK(parse_duration("-1.5s") == TimeDelta::millis(-1500));
  CHECK(parse_duration("100ms") == TimeDelta::millis(100));
  CHECK(parse_duration("2µs") == TimeDelta::micros(2));
  CHECK(parse_duration("0") == TimeDelta::zero());
  for (const char* bad : {"", "-", "5", "h", "1d", "1h30", "1..5s", "1e3s", "9999999999h"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad).has_value());
  }
}

TEST_CASE("name patterns match whole names and stars stop at slashes") {
  CHECK(match("*", "team"));
  CHECK_FALSE(match("*", "campus/lab1"));
  CHECK(match("*/*", "campus/lab1"));
  CHECK(match("campus/lab[0-9]", "campus/lab1"));
  CHECK_FALSE(match("campus/lab[^0-9]", "campus/lab1"));
  CHECK(match("t?am", "team"));
  CHECK(match("caf?", "café"));
  CHECK_FALSE(match("caf??", "café"));
  CHECK(match("caf[à-ö]", "café"));
  CHECK(match("*?", "€"));
  CHECK_FALSE(match("*??", "€"));
  CHECK_FALSE(match("t?am", "t/am"));
  CHECK(match("a\\*b", "a*b"));
  CHECK_FALSE(match("a\\*b", "axb"));
  CHECK(match("*a*b*c", "xxaxxbxxbxc"));
  CHECK_FALSE(match("tea", "team"));
  CHECK(match("", ""));
}

TEST_CASE("a malformed pattern is an error when the match gets there") {
  CHECK_FALSE(matches("[", "a").has_value());
  CHECK_FALSE(matches("[]a]", "a").has_value());
  CHECK_FALSE(matches("a\\", "ab").has_value());
  CHECK(matches("b[", "a").has_value());  // not reached
}

TEST_CASE("names are encoded so that they come back as they were") {
  CHECK(group_url("https://h:1", "a b/c%20d") == "https://h:1/galene-api/v0/.groups/a%20b/c%2520d");
  CHECK(group_url("https://h/base/", "g") == "https://h/base/galene-api/v0/.groups/g");
  CHECK(group_url("https://h", "c++;&=") == "https://h/galene-api/v0/.groups/c%2B%2B%3B%26%3D");
  const std::string user = "u?#";
  CHECK(user_url("https://h", "g", &user) == "https://h/galene-api/v0/.groups/g/.users/u%3F%23");
  CHECK(user_url("https://h", "g", nullptr) == "https://h/galene-api/v0/.groups/g/.wildcard-user");
  const std::string nobody;
  CHECK(user_url("https://h", "g", &nobody) == "https://h/galene-api/v0/.groups/g/.empty-user");
  CHECK(tokens_url("https://h", "") == "https://h/galene-api/v0/.groups/.tokens/");
}

TEST_CASE("names that a server would take for another place are not addressable") {
  for (const char* name : {"", "a", "a/b", "a/", "a b", "a..b", "a.", "Alice c/o Bob"}) {
    CAPTURE(name);
    CHECK(is_addressable(name));
  }
  for (const char* name :
       {"/", "/a", "a//b", "a//", ".", "..", "a/../b", "a/.", ".hidden", "a/.b", "a\r", "a\nb"}) {
    CAPTURE(name);
    CHECK_FALSE(is_addressable(name));
  }
}

TEST_CASE("permissions are a role or an array of strings") {
  CHECK(*parse_permissions(" op ")->as_string() == "op");
  CHECK(parse_permissions("[\"present\",\"token\"]")->as_array()->size() == 2);
  CHECK_FALSE(parse_permissions("").has_value());
  CHECK_FALSE(parse_permissions("[1]").has_value());
  CHECK_FALSE(parse_permissions("[\"a\"").has_value());
  CHECK(token_permissions("op")->size() == 5);
  CHECK_FALSE(token_permissions("emperor").has_value());
  CHECK(permission_letters({"present", "message", "token"}) == "mpt");
  CHECK(permission_letters({""}) == "?");
}

TEST_CASE("the tool's configuration refuses unknown fields and survives a round trip") {
  ToolConfig config{"https://h", "chief", "p\"w", ""};
  const auto again = parse_tool_config(write_tool_config(config));
  REQUIRE(again.has_value());
  CHECK(again->server == "https://h");
  CHECK(again->admin_password == "p\"w");
  CHECK(again->admin_token.empty());
  CHECK(parse_tool_config("{\"sever\":\"x\"}").error().message == "unknown field \"sever\"");
  CHECK_FALSE(parse_tool_config("{\"server\":1}").has_value());
  CHECK_FALSE(parse_tool_config("[]").has_value());
}

TEST_CASE("JSON is indented by four blanks, with sorted members when asked") {
  const auto value = signald::parse_json(R"({"b":[1,{}],"a":"<"})");
  REQUIRE(value.has_value());
  CHECK(indented_json(sorted_members(*value)) ==
        "{\n    \"a\": \"\\u003c\",\n    \"b\": [\n        1,\n        {}\n    ]\n}\n");
}

TEST_CASE("local times carry their offset") {
  const WallTime time{1'893'553'445'123'456};
  CHECK(local_rfc3339(time, 3600) == "2030-01-02T04:04:05.123456+01:00");
  CHECK(local_rfc3339(time, -5400) == "2030-01-02T01:34:05.123456-01:30");
  CHECK(local_rfc3339(time, 0) == "2030-01-02T03:04:05.123456Z");
}
