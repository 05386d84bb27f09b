#include "signald/api/api_path.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon::signald;
using Kind = ApiPath::Kind;

namespace {

ApiPath parse(const std::string& path) { return parse_api_path("/galene-api/v0/" + path); }

}  // namespace

TEST_CASE("paths about groups") {
  for (const char* path : {".groups", ".groups/"}) CHECK(parse(path).kind == Kind::kGroups);
  for (const char* path : {".groups/a", ".groups/a/", ".groups/a/b"}) {
    CAPTURE(path);
    const ApiPath parsed = parse(path);
    CHECK(parsed.kind == Kind::kGroup);
    CHECK(parsed.group == (std::string(path).ends_with("b") ? "a/b" : "a"));
  }
  CHECK(parse(".groups/a/b/.keys").kind == Kind::kKeys);
  CHECK(parse(".groups/a/b/.keys").group == "a/b");
  CHECK(parse(".groups/a/.keys/").kind == Kind::kVacant);
}

TEST_CASE("paths about users") {
  CHECK(parse(".groups/a/.users/").kind == Kind::kUsers);
  const ApiPath user = parse(".groups/a/.users/b/c");
  CHECK(user.kind == Kind::kUser);
  CHECK(user.user == UserKey{false, "b/c"});
  CHECK(parse(".groups/a/.users/b/").user == UserKey{false, "b/"});
  CHECK(parse(".groups/a/.empty-user").user == UserKey{false, ""});
  CHECK(parse(".groups/a/.wildcard-user").user == UserKey{true, ""});
  for (const char* path : {".users/b", ".users/b/c", ".empty-user", ".wildcard-user"}) {
    CAPTURE(path);
    CHECK(parse(std::string(".groups/a/") + path).kind == Kind::kUser);
    CHECK(parse(std::string(".groups/a/") + path + "/.password").kind == Kind::kPassword);
    CHECK(parse(std::string(".groups/a/") + path + "/.password/").kind == Kind::kVacant);
    CHECK(parse(std::string(".groups/a/") + path + "/.other").kind == Kind::kVacant);
  }
  CHECK(parse(".groups/a/.users/.hidden").kind == Kind::kVacant);
  CHECK(parse(".groups/a/.users/.hidden/.password").kind == Kind::kVacant);
  CHECK(parse(".groups/a/.wildcard-user/").kind == Kind::kVacant);
  CHECK(parse(".groups/a/.wildcard-user/x/.password").kind == Kind::kVacant);
}

TEST_CASE("paths about tokens") {
  CHECK(parse(".groups/.tokens/").kind == Kind::kTokens);
  CHECK(parse(".groups/.tokens/").group.empty());
  CHECK(parse(".groups/a/b/.tokens/").group == "a/b");
  const ApiPath token = parse(".groups/a/.tokens/t");
  CHECK(token.kind == Kind::kToken);
  CHECK(token.token == "t");
  CHECK(parse(".groups/.tokens/t").kind == Kind::kToken);
}

TEST_CASE("other paths lead nowhere") {
  for (const char* path :
       {"", "x", ".other", "groups/a", "x/.groups/a", ".groupsx", ".groups/a/.users",
        ".groups/a/.tokens", ".groups/.tokens", ".groups/.users/", ".groups/.users/x",
        ".groups/.keys", ".groups/.wildcard-user", ".groups/a/.other", ".stats/", ".stats/x"}) {
    CAPTURE(path);
    CHECK(parse(path).kind == Kind::kNone);
  }
  CHECK(parse_api_path("/galene-api/v1/.groups/").kind == Kind::kNone);
  CHECK(parse_api_path("/galene-api/.groups/").kind == Kind::kNone);
  CHECK(parse(".stats").kind == Kind::kStatistics);
  CHECK(parse(".problems").kind == Kind::kProblems);
}
