#include "signald/groups/group_editor.h"

#include <doctest/doctest.h>

#include <string>

#include "signald/config/config_file.h"
#include "signald/groups/names.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/config/memory_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

using Kind = EditError::Kind;

struct World {
  World() { files.write("data/config.json", R"({"writableGroups":true})"); }

  std::string text(const std::string& group) {
    return files.read("groups/" + group + ".json", 1u << 20).value_or("");
  }
  std::string tag(const std::string& group) { return editor.etag(group).value(); }
  template <class T>
  static Kind kind(const Result<T, EditError>& result) {
    REQUIRE_FALSE(result);
    return result.error().kind;
  }

  MemoryFiles files;
  MemoryWriter writer{files};
  ConfigFile config{files, "data/config.json"};
  GroupFiles groups{files, "groups"};
  GroupEditor editor{groups, writer, config};
};

Grant role(const char* name) { return {name, std::nullopt}; }
GroupDescription named(const char* name) {
  GroupDescription description;
  description.display_name = name;
  return description;
}

}  // namespace

TEST_CASE("the tag is size and time of the group's own file") {
  World world;
  world.files.write("groups/a.json", R"({"auto-subgroups":true})");
  CHECK(world.tag("a") == "\"23-2\"");
  CHECK(world.tag("a/sub") == "");
  CHECK(world.tag("missing") == "");
  CHECK(world.tag("..") == "");
  CHECK(world.kind(world.editor.read("a/sub")) == Kind::kMissing);
}

TEST_CASE("a group is made with an empty tag and changed with the current one") {
  World world;
  CHECK(world.kind(world.editor.put_group("a", named("x"), "\"1-1\"")) == Kind::kTagMismatch);
  REQUIRE(world.editor.put_group("a", named("x"), ""));
  CHECK(world.text("a") == "{\"displayName\":\"x\"}\n");
  CHECK(world.kind(world.editor.put_group("a", named("y"), "")) == Kind::kTagMismatch);
  REQUIRE(world.editor.put_group("a", named("y"), world.tag("a")));
  CHECK(world.text("a") == "{\"displayName\":\"y\"}\n");
}

TEST_CASE("changing a group keeps its users and keys whatever the change says") {
  World world;
  world.files.write("groups/a.json", R"({"comment":"c","users":{"ann":{}},"wildcard-user":{},)"
                                     R"("fallback-users":[{}],"authKeys":[{"kty":"oct"}]})");
  GroupDescription fresh = named("x");
  fresh.users["intruder"];
  REQUIRE(world.editor.put_group("a", fresh, world.tag("a")));
  CHECK(world.text("a") ==
        R"({"displayName":"x","users":{"ann":{}},"wildcard-user":{},"fallback-users":[{}],)"
        R"("authKeys":[{"kty":"oct"}]})"
        "\n");
}

TEST_CASE("a user is made without a password and changed with the one there is") {
  World world;
  world.files.write("groups/a.json", R"({"users":{"ann":{"password":"x","permissions":"op"}}})");
  const UserKey ann{false, "ann"};
  const UserKey bob{false, "bob"};
  CHECK(world.kind(world.editor.put_user("a", ann, role("present"), "")) == Kind::kTagMismatch);
  CHECK(world.kind(world.editor.put_user("a", bob, role("present"), world.tag("a"))) ==
        Kind::kTagMismatch);
  REQUIRE(world.editor.put_user("a", ann, role("present"), world.tag("a")));
  REQUIRE(world.editor.put_user("a", bob, role("message"), ""));
  REQUIRE(world.editor.put_user("a", {true, ""}, role("observe"), ""));
  REQUIRE(world.editor.put_user("a", {false, ""}, {}, ""));
  CHECK(world.text("a") ==
        R"({"users":{"":{},"ann":{"password":"x","permissions":"present"},)"
        R"("bob":{"permissions":"message"}},"wildcard-user":{"permissions":"observe"}})"
        "\n");
}

TEST_CASE("an unknown user is missing before the tag is looked at") {
  World world;
  world.files.write("groups/a.json", R"({"users":{"ann":{}}})");
  CHECK(world.kind(world.editor.remove_user("a", {false, "bob"}, "\"1\"")) == Kind::kMissing);
  CHECK(world.kind(world.editor.remove_user("a", {true, ""}, "\"1\"")) == Kind::kMissing);
  CHECK(world.kind(world.editor.remove_user("a", {false, "ann"}, "\"1\"")) == Kind::kTagMismatch);
  REQUIRE(world.editor.remove_user("a", {false, "ann"}, world.tag("a")));
  CHECK(world.text("a") == "{}\n");
}

TEST_CASE("a password is for a user there is") {
  World world;
  world.files.write("groups/a.json", R"({"wildcard-user":{}})");
  Password password;
  password.type = Password::Type::kPlain;
  password.key = "x";
  CHECK(world.kind(world.editor.set_password("a", {false, "ann"}, password)) == Kind::kMissing);
  REQUIRE(world.editor.set_password("a", {true, ""}, password));
  CHECK(world.text("a") == "{\"wildcard-user\":{\"password\":\"x\"}}\n");
  REQUIRE(world.editor.set_password("a", {true, ""}, {}));
  CHECK(world.text("a") == "{\"wildcard-user\":{}}\n");
}

TEST_CASE("nothing is written unless the configuration allows it") {
  World world;
  world.files.write("groups/a.json", R"({"users":{"ann":{}}})");
  for (const char* config : {"{}", R"({"writableGroups":false})"}) {
    world.files.write("data/config.json", config);
    CHECK(world.kind(world.editor.put_group("a", {}, world.tag("a"))) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.put_group("new", {}, "")) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.remove_group("a", world.tag("a"))) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.put_user("a", {false, "x"}, {}, "")) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.remove_user("a", {false, "ann"}, "")) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.set_password("a", {false, "ann"}, {})) == Kind::kNotWritable);
    CHECK(world.kind(world.editor.set_keys("a", {})) == Kind::kNotWritable);
  }
  world.files.write("data/config.json", "{");
  CHECK(world.kind(world.editor.put_group("a", {}, world.tag("a"))) == Kind::kStorage);
  CHECK(world.text("a") == R"({"users":{"ann":{}}})");
}

TEST_CASE("a broken file can only be removed") {
  World world;
  world.files.write("groups/a.json", "{");
  CHECK(world.kind(world.editor.read("a")) == Kind::kBroken);
  CHECK(world.kind(world.editor.put_group("a", {}, world.tag("a"))) == Kind::kBroken);
  CHECK(world.kind(world.editor.put_user("a", {false, "x"}, {}, "")) == Kind::kBroken);
  CHECK(world.kind(world.editor.remove_group("a", "\"1\"")) == Kind::kTagMismatch);
  REQUIRE(world.editor.remove_group("a", world.tag("a")));
  CHECK(world.kind(world.editor.remove_group("a", "")) == Kind::kMissing);
}

TEST_CASE("a subgroup without a file of its own is made by a description and by nothing else") {
  World world;
  world.files.write("groups/a.json", R"({"auto-subgroups":true,"users":{"ann":{}}})");
  CHECK(world.kind(world.editor.put_user("a/b", {false, "x"}, {}, "")) == Kind::kMissing);
  CHECK(world.kind(world.editor.set_keys("a/b", {})) == Kind::kMissing);
  CHECK(world.kind(world.editor.remove_group("a/b", "")) == Kind::kMissing);
  REQUIRE(world.editor.put_group("a/b", {}, ""));
  CHECK(world.text("a/b") == "{}\n");
}

TEST_CASE("names that no file can have, or that no URL can name, make no group") {
  World world;
  const std::string longest(250, 'x');
  for (const std::string& name :
       {std::string(".a"), std::string("a/.b"), std::string("a\\b"), std::string("../a"),
        std::string(), std::string("a\0b", 3), std::string("a\xff"), std::string("a\nb"),
        longest + "x", "a/" + longest + "x"}) {
    CAPTURE(name);
    CHECK_FALSE(is_storable_group_name(name));
    CHECK(world.kind(world.editor.put_group(name, {}, "")) == Kind::kBadName);
  }
  CHECK(world.editor.put_group(longest + "/" + longest, {}, ""));
  world.files.write("groups/a.json", "{}");
  for (const char* user : {"../x", "x/", "a\\b", "a\xff", "a\tb"}) {
    CAPTURE(user);
    CHECK(world.kind(world.editor.put_user("a", {false, user}, {}, "")) == Kind::kBadName);
  }
}

TEST_CASE("a disk that refuses leaves the group as it was") {
  World world;
  world.files.write("groups/a.json", "{}");
  world.writer.broken = true;
  CHECK(world.kind(world.editor.put_group("a", named("x"), world.tag("a"))) == Kind::kStorage);
  CHECK(world.kind(world.editor.remove_group("a", world.tag("a"))) == Kind::kStorage);
  CHECK(world.text("a") == "{}");
}

TEST_CASE("a file is read once for each version of it, however often it is asked for") {
  World world;
  world.files.write("groups/a.json", "{}");
  REQUIRE(world.editor.read("a"));
  REQUIRE(world.config.current());
  const int before = world.files.reads();
  REQUIRE(world.editor.read("a"));
  REQUIRE(world.editor.put_user("a", {false, "x"}, {}, ""));
  CHECK(world.files.reads() == before);
  CHECK(world.editor.read("a")->find({false, "x"}) != nullptr);
  CHECK(world.files.reads() == before + 1);
  world.files.write("groups/a.json", R"({"auto-subgroups":true,"users":{}})");
  CHECK(world.editor.read("a")->find({false, "x"}) == nullptr);
  CHECK(world.kind(world.editor.read("a/sub")) == Kind::kMissing);
}
