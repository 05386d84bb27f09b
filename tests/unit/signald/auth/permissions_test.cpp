#include "signald/auth/permissions.h"

#include <doctest/doctest.h>

#include "signald/auth/user_entry.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

Permissions list(const std::vector<std::string>& words) { return Permissions(words); }

ResultOr<UserEntry> user(std::string_view json) { return read_user_entry(*parse_json(json)); }

}  // namespace

TEST_CASE("roles stand for lists of permissions") {
  const auto no = RecordingAllowed::kNo;
  const auto yes = RecordingAllowed::kYes;
  const auto free_tokens = UnrestrictedTokens::kYes;
  CHECK(permissions_of_role("op") == list({"op", "present", "message", "caption", "token"}));
  CHECK(permissions_of_role("present") == list({"present", "message"}));
  CHECK(permissions_of_role("message") == list({"message"}));
  CHECK(permissions_of_role("observe") == list({}));
  CHECK(permissions_of_role("caption") == list({"caption"}));
  CHECK(permissions_of_role("admin") == list({"admin"}));
  CHECK(permissions_of_role("op", yes) ==
        list({"record", "op", "present", "message", "caption", "token"}));
  CHECK(permissions_of_role("present", yes) == list({"present", "message"}));
  CHECK(permissions_of_role("present", no, free_tokens) == list({"token", "present", "message"}));
  CHECK(permissions_of_role("message", yes, free_tokens) == list({"message"}));
  CHECK(permissions_of_role("observe", yes, free_tokens) == list({}));
  for (const char* unknown : {"", "presenter", "record", "token", "Op"}) {
    CHECK_FALSE(permissions_of_role(unknown));
  }
}

TEST_CASE("an array of permissions is taken literally") {
  const auto entry = user(R"({"permissions":["op","foo"]})");
  REQUIRE(entry);
  CHECK(entry->grant.permissions(RecordingAllowed::kYes, UnrestrictedTokens::kYes) ==
        list({"op", "foo"}));
}

TEST_CASE("a user entry has a password and permissions and nothing else") {
  CHECK(user("null"));
  CHECK(user("{}"));
  CHECK(user(R"({"Password":"x","PERMISSIONS":"op"})"));
  CHECK(user(R"({"permissions":null})"));
  for (const std::string bad :
       {R"({"role":"op"})", R"({"permissions":"presenter"})", R"({"permissions":""})",
        R"({"permissions":[1]})", R"({"permissions":1})", R"({"password":1})", "[]", "\"op\""}) {
    CAPTURE(bad);
    CHECK_FALSE(user(bad));
  }
  CHECK(user(R"({"role":"op"})").error().message.find("role") != std::string::npos);
}

TEST_CASE("a user entry is written without what it lacks") {
  CHECK(write_json(write_user_entry(*user("{}"))) == "{}");
  CHECK(write_json(write_user_entry(*user(R"({"permissions":[],"password":"x"})"))) ==
        R"({"password":"x","permissions":[]})");
  CHECK(write_json(write_user_entry(*user(R"({"permissions":"op"})"))) ==
        R"({"permissions":"op"})");
}

TEST_CASE("changing one's permissions leaves the role of others alone") {
  Permissions mine = *permissions_of_role("op");
  mine.remove("op");
  CHECK_FALSE(mine.has("op"));
  CHECK(permissions_of_role("op")->has("op"));
}
