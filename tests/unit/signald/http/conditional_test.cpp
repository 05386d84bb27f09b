#include "signald/http/conditional.h"

#include <doctest/doctest.h>

#include "signald/http/http_date.h"

using namespace halcyon::signald;

namespace {

using Kind = Decision::Kind;
constexpr FileFacts kFile{1000, 1'700'000'000'123'456'789};
constexpr const char* kTag = "\"1000-1700000000123456789\"";
constexpr std::int64_t kSeconds = 1'700'000'000;

Decision decide_with(std::initializer_list<std::pair<const char*, std::string>> fields) {
  Headers headers;
  for (const auto& [name, value] : fields) headers.add(name, value);
  return decide(headers, kFile);
}

}  // namespace

TEST_CASE("the entity tag is size and time in quotes") { CHECK(entity_tag(kFile) == kTag); }

TEST_CASE("If-None-Match compares weakly and wins over If-Modified-Since") {
  CHECK(decide_with({{"if-none-match", kTag}}).kind == Kind::kNotModified);
  CHECK(decide_with({{"if-none-match", std::string("W/") + kTag}}).kind == Kind::kNotModified);
  CHECK(decide_with({{"if-none-match", std::string("\"x\", ") + kTag}}).kind == Kind::kNotModified);
  CHECK(decide_with({{"if-none-match", "*"}}).kind == Kind::kNotModified);
  CHECK(
      decide_with({{"if-none-match", "\"x\""}, {"if-modified-since", http_date(kSeconds)}}).kind ==
      Kind::kFull);
}

TEST_CASE("If-Match compares strongly") {
  CHECK(decide_with({{"if-match", kTag}}).kind == Kind::kFull);
  CHECK(decide_with({{"if-match", "*"}}).kind == Kind::kFull);
  CHECK(decide_with({{"if-match", std::string("W/") + kTag}}).kind == Kind::kPreconditionFailed);
  CHECK(decide_with({{"if-match", "\"x\""}}).kind == Kind::kPreconditionFailed);
}

TEST_CASE("dates count in whole seconds") {
  CHECK(decide_with({{"if-modified-since", http_date(kSeconds)}}).kind == Kind::kNotModified);
  CHECK(decide_with({{"if-modified-since", http_date(kSeconds - 1)}}).kind == Kind::kFull);
  CHECK(decide_with({{"if-modified-since", "yesterday"}}).kind == Kind::kFull);
  CHECK(decide_with({{"if-unmodified-since", http_date(kSeconds)}}).kind == Kind::kFull);
  CHECK(decide_with({{"if-unmodified-since", http_date(kSeconds - 1)}}).kind ==
        Kind::kPreconditionFailed);
}

TEST_CASE("ranges are cut to the file") {
  const auto ranges = [](const char* text) { return decide_with({{"range", text}}).ranges; };
  CHECK(ranges("bytes=0-0") == std::vector<ByteRange>{{0, 0}});
  CHECK(ranges("bytes=10-") == std::vector<ByteRange>{{10, 999}});
  CHECK(ranges("bytes=-5") == std::vector<ByteRange>{{995, 999}});
  CHECK(ranges("bytes=-5000") == std::vector<ByteRange>{{0, 999}});
  CHECK(ranges("bytes=990-2000") == std::vector<ByteRange>{{990, 999}});
  CHECK(ranges("bytes=0-1, 5-6,-1") == std::vector<ByteRange>{{0, 1}, {5, 6}, {999, 999}});
  CHECK(ranges("bytes=0-1,2000-3000") == std::vector<ByteRange>{{0, 1}});
}

TEST_CASE("ranges beyond the end are 416, malformed and excessive ones are ignored") {
  CHECK(decide_with({{"range", "bytes=1000-"}}).kind == Kind::kRangeNotSatisfiable);
  CHECK(decide_with({{"range", "bytes=-0"}}).kind == Kind::kRangeNotSatisfiable);
  for (const char* text : {"bytes=", "bytes=a-b", "bytes=5-4", "bytes=1", "items=0-1", "0-1",
                           "bytes=--1", "bytes=0-999,0-999", "bytes=99999999999999999999-"}) {
    CAPTURE(text);
    CHECK(decide_with({{"range", text}}).kind == Kind::kFull);
  }
  std::string many = "bytes=0-0";
  for (std::size_t i = 1; i <= kMaxRanges; ++i)
    many += "," + std::to_string(i) + "-" + std::to_string(i);
  CHECK(decide_with({{"range", many}}).kind == Kind::kFull);
}

TEST_CASE("an empty file is served whole whatever range is asked for") {
  Headers headers;
  headers.add("range", "bytes=0-");
  CHECK(decide(headers, FileFacts{0, 1}).kind == Kind::kFull);
}

TEST_CASE("If-Range keeps or forgets the range") {
  CHECK(decide_with({{"range", "bytes=0-1"}, {"if-range", kTag}}).kind == Kind::kRanges);
  CHECK(decide_with({{"range", "bytes=0-1"}, {"if-range", "\"old\""}}).kind == Kind::kFull);
  CHECK(decide_with({{"range", "bytes=0-1"}, {"if-range", http_date(kSeconds)}}).kind ==
        Kind::kRanges);
  CHECK(decide_with({{"range", "bytes=0-1"}, {"if-range", http_date(kSeconds - 1)}}).kind ==
        Kind::kFull);
}

TEST_CASE("check_entity_tag follows the table for objects of the administrative interface") {
  struct Row {
    const char* tag;
    Method method;
    const char* if_match;
    const char* if_none_match;
    int status;
  };
  const Row rows[] = {
      {"", Method::kGet, "*", "", 412},
      {"", Method::kPut, "\"1\"", "", 412},
      {"", Method::kPut, "", "*", 0},
      {"\"1\"", Method::kPut, "\"2\"", "", 412},
      {"\"1\"", Method::kGet, "", "\"1\"", 304},
      {"\"1\"", Method::kHead, "", "*", 304},
      {"\"1\"", Method::kPut, "", "\"1\"", 412},
      {"\"1\"", Method::kDelete, "", "*", 412},
      {"\"1\"", Method::kPut, "\"0\", \"1\"", "", 0},
      {"\"1\"", Method::kPut, "W/\"1\"", "", 412},
      {"\"1\"", Method::kGet, "", "W/\"1\"", 0},
      {"\"1\"", Method::kGet, "", "junk, \"1\"", 0},
      {"\"1\"", Method::kGet, "", "", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.tag);
    CAPTURE(row.if_match);
    CAPTURE(row.if_none_match);
    Headers headers;
    headers.add("if-match", row.if_match);
    headers.add("if-none-match", row.if_none_match);
    CHECK(check_entity_tag(row.method, row.tag, headers) == row.status);
  }
}
