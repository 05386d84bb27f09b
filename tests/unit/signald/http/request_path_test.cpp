#include "signald/http/request_path.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon::signald;

TEST_CASE("percent_decode undoes what percent_encode_segment does, for every byte") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(percent_decode(percent_encode_segment(all)) == all);
  CHECK(percent_decode(percent_encode_path(all)) == all);
}

TEST_CASE("a broken percent sequence is refused") {
  for (const char* text : {"%", "a%", "%4", "%zz", "%4g", "ab%0"}) {
    CAPTURE(text);
    CHECK_FALSE(percent_decode(text).has_value());
  }
  CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("encoding leaves the slash to paths and takes it in segments") {
  CHECK(percent_encode_path("/gr\xc3\xb6\xc3\x9f/a b") == "/gr%C3%B6%C3%9F/a%20b");
  CHECK(percent_encode_segment("a/b+c") == "a%2Fb%2Bc");
}

TEST_CASE("clean_path never climbs above the root") {
  const std::pair<const char*, const char*> cases[] = {
      {"/", "/"},
      {"", "/"},
      {"/a", "/a"},
      {"/a/", "/a/"},
      {"//a///b", "/a/b"},
      {"/./a/./", "/a/"},
      {"/a/..", "/"},
      {"/a/../", "/"},
      {"/../../etc/passwd", "/etc/passwd"},
      {"/a/b/../c", "/a/c"},
      {"/..a/.b", "/..a/.b"},
  };
  for (const auto& [in, out] : cases) {
    CAPTURE(in);
    CHECK(clean_path(in) == out);
  }
}

TEST_CASE("path_segments gives only names that are safe to open") {
  CHECK(path_segments("/")->empty());
  CHECK(*path_segments("/a/b.css") == std::vector<std::string>{"a", "b.css"});
  CHECK(*path_segments("/a/") == std::vector<std::string>{"a"});
  CHECK(*path_segments("/.hidden") == std::vector<std::string>{".hidden"});
  for (const char* path : {"/..", "/../x", "/a/../b", "/a/./b", "/a//b"}) {
    CAPTURE(path);
    CHECK_FALSE(path_segments(path).has_value());
  }
  CHECK_FALSE(path_segments(std::string_view("/a\0b", 4)).has_value());
}

TEST_CASE("location_of keeps the query") {
  CHECK(location_of("/a b/", "token=x%20y") == "/a%20b/?token=x%20y");
  CHECK(location_of("/a", "") == "/a");
}
