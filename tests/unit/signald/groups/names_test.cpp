#include "signald/groups/names.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon::signald;

TEST_CASE("group names are clean relative paths") {
  for (const std::string name : {"foo", "foo/bar", ".foo", "foo/.bar", "...", "a b",
                                 "\xC3\xA9t\xC3\xA9", "a?b#c", "a/b/c/d"}) {
    CAPTURE(name);
    CHECK(is_valid_group_name(name));
    CHECK(is_valid_user_name(name));
  }
  for (const std::string name : {"/", "foo/", "/foo", "./foo", "foo/.", "../foo", "foo/..",
                                 "foo/./bar", "foo/../bar", "foo//bar", "foo\\bar", ".", ".."}) {
    CAPTURE(name);
    CHECK_FALSE(is_valid_group_name(name));
    CHECK_FALSE(is_valid_user_name(name));
  }
  CHECK_FALSE(is_valid_group_name(""));
  CHECK(is_valid_user_name(""));
  CHECK_FALSE(is_valid_group_name(std::string("a\0b", 3)));
}

TEST_CASE("names are bounded") {
  CHECK(is_valid_group_name(std::string(kMaxGroupName, 'a')));
  CHECK_FALSE(is_valid_group_name(std::string(kMaxGroupName + 1, 'a')));
  CHECK_FALSE(is_valid_user_name(std::string(kMaxUserName + 1, 'a')));
}
