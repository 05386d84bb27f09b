#include <doctest/doctest.h>

#include <string>

#include "signald/json/field_reader.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value ? write_json(*value) : "error";
}

}  // namespace

TEST_CASE("JSON values survive reading and writing") {
  const char* same[] = {
      "null",
      "true",
      "-7",
      "9223372036854775807",
      "18446744073709551615",
      "0.5",
      R"("text")",
      R"([1,[2,[]],{}])",
      R"({"a":null,"b":{"c":[true,false]},"":"empty key"})",
  };
  for (const char* text : same) {
    CHECK(round_trip(text) == text);
  }
  CHECK(round_trip("1.0") == "1");
  CHECK(round_trip("1e3") == "1000");
  CHECK(round_trip(R"("\u00e9\ud83d\ude00\n")") == "\"\xC3\xA9\xF0\x9F\x98\x80\\n\"");
}

TEST_CASE("what could end a script element is escaped") {
  CHECK(round_trip(R"("</script>&")") == R"("\u003c/script\u003e\u0026")");
  CHECK(round_trip("\"\xE2\x80\xA8\xE2\x80\xA9\"") == R"("\u2028\u2029")");
}

TEST_CASE("only the first JSON value of a text counts") {
  CHECK(round_trip("{\"a\":1} trailing {") == "{\"a\":1}");
  CHECK(round_trip("  [] []") == "[]");
}

TEST_CASE("the last of several members with the same name wins") {
  CHECK(round_trip(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  const auto kept = parse_json(R"({"a":1,"a":3})", Duplicates::kKept);
  REQUIRE(kept);
  CHECK(kept->as_object()->size() == 2);
  CHECK(kept->as_object()->find("a")->as_int() == 3);
}

TEST_CASE("invalid UTF-8 and unpaired surrogates become U+FFFD") {
  const std::string replaced =
      "\"a\xEF\xBF\xBD"
      "b\"";
  CHECK(round_trip("\"a\xFF"
                   "b\"") == replaced);
  CHECK(round_trip("\"a\xC0"
                   "b\"") == replaced);
  CHECK(round_trip(R"("a\ud800b")") == replaced);
  CHECK(round_trip(R"("a\uDC00b")") == replaced);
  CHECK(round_trip(R"("\ud800\ud83d\ude00")") == "\"\xEF\xBF\xBD\xF0\x9F\x98\x80\"");
  CHECK(round_trip(R"("\\ud800")") == R"("\\ud800")");
  CHECK(valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(valid_utf8("\xF4\x90\x80\x80").size() == 12);
  CHECK(valid_utf8("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
}

TEST_CASE("text that is no JSON is refused") {
  const char* bad[] = {"",         "{",          "[1,]",           "{\"a\"}", "{a:1}",  "nul",
                       "+1",       "\"\t\"",     "\"\\x\"",        "\"open",  "[1 2]",  "1e999",
                       "'single'", "{\"a\":1,}", "\xEF\xBB\xBF{}", "NaN",     "\\ud800"};
  for (const std::string text : bad) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text));
  }
  CHECK_FALSE(parse_json(std::string_view("\0", 1)));
}

TEST_CASE("an error says where it is") {
  const auto value = parse_json("{\n  \"a\": tru\n}");
  REQUIRE_FALSE(value);
  CHECK(value.error().message.starts_with("line 2, column "));
}

TEST_CASE("nesting is limited") {
  const std::string fits = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
  CHECK(parse_json(fits));
  CHECK_FALSE(parse_json("[" + fits + "]"));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
  CHECK_FALSE(parse_json(std::string(1'000'000, '{')));
}

TEST_CASE("FieldReader treats null as missing and reports the first wrong type") {
  const auto value = parse_json(R"({"s":"x","n":null,"b":true,"i":4,"a":["p",null],"o":{}})");
  REQUIRE(value);
  FieldReader reader(*value->as_object());
  CHECK(reader.string("s") == "x");
  CHECK(reader.string("n").empty());
  CHECK_FALSE(reader.optional_string("n"));
  CHECK_FALSE(reader.optional_string("missing"));
  CHECK(reader.boolean("b"));
  CHECK(reader.optional_integer("i") == 4);
  CHECK(reader.strings("a") == std::vector<std::string>{"p", ""});
  CHECK(reader.object("o") != nullptr);
  CHECK_FALSE(reader.failed());

  CHECK(reader.string("i").empty());
  CHECK(reader.boolean("s") == false);
  REQUIRE(reader.failed());
  CHECK(reader.error() == "field \"i\" must be a string, not a number");
}

TEST_CASE("JsonObject sets, finds and erases members") {
  JsonObject object;
  object.set("a", 1);
  object.set("b", 2);
  object.set("a", 3);
  CHECK(write_json(object) == R"({"a":3,"b":2})");
  object.erase("a");
  CHECK(object.find("a") == nullptr);
  CHECK(object.size() == 1);
}
