#include "signald/groups/group_directory.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "signald/config/config_file.h"
#include "signald/groups/file_groups.h"
#include "signald/groups/group_status.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/log_lines.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

Moment at(std::int64_t seconds) {
  return {Timestamp::from_ms(seconds * 1000), WallTime{(1'700'000'000 + seconds) * 1'000'000}};
}

/// Groups over files in memory, and what their members were told.
struct World : GroupListener {
  World() { groups().set_listener(this); }

  void deliver(const GroupState& state, const Notice& notice) override {
    told.push_back(state.name + ":" + std::to_string(notice.content.index()));
  }
  GroupDirectory& groups() { return pages.directory(); }
  Result<void, GroupError> join(const std::string& group, const std::string& id,
                                const std::string& role, std::int64_t seconds = 0) {
    command::Join join;
    join.member.id = id;
    join.member.permissions = *permissions_of_role(role);
    join.at = at(seconds).wall;
    return groups().submit(group, join);
  }
  bool exists(std::string_view name) { return groups().access(name, at(0)).has_value(); }
  AccessError error(std::string_view name) { return groups().access(name, at(0)).error(); }

  MemoryFiles files;
  ConfigFile config{files, "data/config.json"};
  FileGroups pages{files, "groups/", config};
  std::vector<std::string> told;
};

const BaseUrl kBase{"https", "meet.example.org:8443", ""};

}  // namespace

TEST_CASE("a group is found by its own file or that of an ancestor with subgroups") {
  World world;
  world.files.write("groups/a.json", R"({"auto-subgroups":true,"public":true,
    "displayName":"dn","description":"d"})");
  world.files.write("groups/a/b.json", "{}");
  world.files.write("groups/b.json", "{}");
  for (const std::string name : {"a", "a/b", "b", "a/x", "a/x/y", "a/.x"}) {
    CAPTURE(name);
    CHECK(world.exists(name));
  }
  for (const std::string name : {"a/b/c", "b/x", "c"}) {
    CAPTURE(name);
    REQUIRE_FALSE(world.exists(name));
    CHECK(world.error(name) == AccessError::kMissing);
  }
  const GroupDescription& sub = *world.groups().find("a/x")->description;
  CHECK(sub.display_name == "dn");
  CHECK(sub.description.empty());
  CHECK_FALSE(sub.is_public);
  CHECK(world.error("../a") == AccessError::kIllegalName);
  CHECK(world.error("") == AccessError::kIllegalName);
}

TEST_CASE("a changed description is read at the next access and members hear of it") {
  World world;
  world.files.write("groups/g.json", R"({"max-clients":1})");
  REQUIRE(world.exists("g"));
  REQUIRE(world.join("g", "a", "op"));
  world.told.clear();
  REQUIRE(world.exists("g"));
  CHECK(world.told.empty());
  world.files.write("groups/g.json", R"({"max-clients":2})");
  REQUIRE(world.exists("g"));
  CHECK(world.told == std::vector<std::string>{"g:0"});
  CHECK(world.groups().find("g")->description->max_clients == 2);
}

TEST_CASE("a subgroup gets a file of its own as soon as there is one") {
  World world;
  world.files.write("groups/a.json", R"({"auto-subgroups":true})");
  REQUIRE(world.exists("a/x"));
  world.files.write("groups/a/x.json", R"({"displayName":"own"})");
  REQUIRE(world.exists("a/x"));
  CHECK(world.groups().find("a/x")->description->display_name == "own");
}

TEST_CASE("a description that cannot be read any more leaves members alone") {
  World world;
  world.files.write("groups/g.json", R"({"displayName":"good"})");
  world.files.write("groups/empty.json", "{}");
  REQUIRE(world.exists("g"));
  REQUIRE(world.exists("empty"));
  REQUIRE(world.join("g", "a", "op"));
  world.told.clear();
  for (const std::string name : {"g", "empty"}) {
    world.files.write("groups/" + name + ".json", "{");
    CHECK(world.error(name) == AccessError::kInvalid);
    world.files.remove("groups/" + name + ".json");
    CHECK(world.error(name) == AccessError::kMissing);
  }
  REQUIRE(world.groups().find("g") != nullptr);
  CHECK(world.groups().find("g")->description->display_name == "good");
  CHECK(world.groups().find("empty") == nullptr);
  CHECK(world.told.empty());
  world.files.write("groups/g.json", R"({"displayName":"better"})");
  CHECK(world.exists("g"));
}

TEST_CASE("groups nobody needs are forgotten after the age of their history") {
  World world;
  world.files.write("groups/g.json", R"({"max-history-age":3600})");
  world.files.write("groups/p.json", R"({"public":true,"max-history-age":1})");
  world.files.write("groups/.hidden.json", R"({"public":true})");
  world.files.write("groups/deep/q.json", R"({"public":true})");
  world.files.write("groups/bad.json", "{");
  REQUIRE(world.exists("g"));
  REQUIRE(world.join("g", "a", "op", 0));
  world.groups().maintain(at(7200));
  CHECK(world.groups().find("g") != nullptr);
  CHECK(world.groups().names() == std::vector<std::string>{"deep/q", "g", "p"});
  REQUIRE(world.groups().submit("g", command::Leave{"a", false, at(7200).wall}));
  world.groups().maintain(at(7200 + 3600));
  CHECK(world.groups().find("g") != nullptr);
  world.groups().maintain(at(7200 + 3601));
  CHECK(world.groups().find("g") == nullptr);
  CHECK(world.groups().find("p") != nullptr);
}

TEST_CASE("GroupFiles walks directories in order and leaves hidden files out") {
  World world;
  for (const std::string path :
       {"b.json", "a.json", "a/b.json", "a/.x.json", ".h/c.json", "a/t.txt"}) {
    world.files.write("groups/" + path, "{}");
  }
  CHECK(world.pages.files().names() == std::vector<std::string>{"a/b", "a", "b"});
}

TEST_CASE("strangers see the status of a group, its presence only if it is public") {
  World world;
  world.files.write("groups/teaching/networking.json",
                    R"({"public":true,"displayName":"Networking"})");
  world.files.write("groups/private.json", R"({"authPortal":"https://login.example.org/"})");
  world.files.write("groups/moved.json", R"({"redirect":"https://elsewhere/","displayName":"m",
    "authServer":"https://x/"})");
  world.files.write("groups/\xC3\xA9t\xC3\xA9 1.json", "{}");
  CHECK(world.pages.status_json("teaching/networking", kBase, at(0)) ==
        R"({"name":"teaching/networking",)"
        R"("location":"https://meet.example.org:8443/group/teaching/networking/",)"
        R"("endpoint":"wss://meet.example.org:8443/ws","displayName":"Networking",)"
        R"("clientCount":0})");
  CHECK(world.pages.status_json("private", {"http", "a.org", "/base"}, at(0)) ==
        R"({"name":"private","location":"http://a.org/base/group/private/",)"
        R"("endpoint":"ws://a.org/base/ws","authPortal":"https://login.example.org/"})");
  CHECK(world.pages.status_json("moved", kBase, at(0)) ==
        R"({"name":"moved","redirect":"https://elsewhere/","displayName":"m"})");
  const auto accent = world.pages.status_json("\xC3\xA9t\xC3\xA9 1", kBase, at(0));
  REQUIRE(accent);
  CHECK(accent->find("/group/%C3%A9t%C3%A9%201/") != std::string::npos);
  CHECK(world.pages.status_json("none", kBase, at(0)).error() == PageError::kNotFound);
  CHECK(world.pages.status_json("a//b", kBase, at(0)).error() == PageError::kNotFound);
}

TEST_CASE("the public groups in memory are listed by name") {
  World world;
  CHECK(world.pages.public_groups_json(kBase, at(0)) == "[]");
  world.files.write("groups/b.json", R"({"public":true})");
  world.files.write("groups/a.json", R"({"public":true})");
  world.files.write("groups/c.json", "{}");
  world.groups().maintain(at(0));
  REQUIRE(world.groups().submit("a", command::CloseDown{"closed"}));
  CHECK(world.pages.public_groups_json({"http", "h", ""}, at(0)) ==
        R"([{"name":"a","location":"http://h/group/a/","endpoint":"ws://h/ws","locked":true,)"
        R"("clientCount":0},{"name":"b","location":"http://h/group/b/","endpoint":"ws://h/ws",)"
        R"("clientCount":0}])");
  world.files.write("data/config.json", "{");
  CHECK(world.pages.public_groups_json(kBase, at(0)).error() == PageError::kInternal);
  CHECK(world.pages.status_json("a", kBase, at(0)).error() == PageError::kInternal);
  CHECK(world.pages.page("a", at(0)));
}

TEST_CASE("a group's page tells where it lives and whom its scripts may ask") {
  World world;
  world.files.write("groups/g.json", R"({"redirect":"https://r/","authServer":"https://a/"})");
  const auto page = world.pages.page("g", at(0));
  REQUIRE(page);
  CHECK(page->name == "g");
  CHECK(page->redirect == "https://r/");
  CHECK(page->auth_server == "https://a/");
}

TEST_CASE("encode_url_path keeps what may stand in a path") {
  CHECK(encode_url_path("a'(b)") == "a%27%28b%29");
  CHECK(encode_url_path("-_.~$&+,/:;=@") == "-_.~$&+,/:;=@");
}

TEST_CASE("a broken description is said once in the log and listed with its reason") {
  LogLines log;
  World world;
  world.files.write("groups/bad.json", R"({"wildcard-usr":{}})");
  world.files.write("groups/good.json", R"({"public":true})");
  world.files.write("groups/deep/er.json", "{");
  for (int i = 0; i < 3; ++i) {
    CHECK(world.error("bad") == AccessError::kInvalid);
    world.groups().maintain(at(i));
    const auto listed = world.groups().described();
    REQUIRE(listed.size() == 3);
    CHECK(listed[0].name == "bad");
    CHECK(listed[0].problem ==
          "groups/bad.json: unknown field \"wildcard-usr\": remove it or correct its spelling");
    CHECK(listed[1].name == "deep/er");
    CHECK(listed[1].problem->starts_with("groups/deep/er.json: line 1"));
    CHECK(listed[2].name == "good");
    CHECK(listed[2].is_public);
    CHECK_FALSE(listed[2].problem);
  }
  const auto lines = log.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] ==
        "error: groups/bad.json: unknown field \"wildcard-usr\": remove it or correct its spelling "
        "(nobody can join until this is mended)");
  CHECK(lines[1].starts_with("error: groups/deep/er.json: line 1"));
  world.files.write("groups/bad.json", R"({"wildcard-user":{}})");
  CHECK_FALSE(world.groups().described()[0].problem);
  CHECK(world.exists("bad"));
  CHECK(log.take().empty());
}

TEST_CASE("listing reads each version of a file once") {
  World world;
  for (const std::string name : {"a", "b", "c"}) {
    world.files.write("groups/" + name + ".json", "{}");
  }
  CHECK(world.groups().described().size() == 3);
  const int reads = world.files.reads();
  CHECK(world.groups().described().size() == 3);
  world.groups().maintain(at(0));
  CHECK(world.files.reads() == reads);
  world.files.write("groups/b.json", R"({"public":true})");
  CHECK(world.groups().described()[1].is_public);
  CHECK(world.files.reads() == reads + 1);
}

TEST_CASE("members of a group whose description breaks are left alone, and the log says so once") {
  LogLines log;
  World world;
  world.files.write("groups/g.json", R"({"displayName":"good"})");
  REQUIRE(world.exists("g"));
  REQUIRE(world.join("g", "a", "op"));
  world.files.write("groups/g.json", "{");
  for (int i = 0; i < 3; ++i) {
    CHECK(world.error("g") == AccessError::kInvalid);
  }
  CHECK(world.groups().find("g")->description->display_name == "good");
  const auto lines = log.take();
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] ==
        "warning: group g: its description is broken: members stay, by the last good one");
  world.files.write("groups/g.json", R"({"displayName":"mended"})");
  REQUIRE(world.exists("g"));
  CHECK(world.groups().find("g")->description->display_name == "mended");
  world.files.remove("groups/g.json");
  CHECK(world.error("g") == AccessError::kMissing);
  CHECK(log.take() ==
        std::vector<std::string>{
            "warning: group g: its description is gone: members stay, by the last good "
            "one"});
}

TEST_CASE("files that cannot be groups are pointed out") {
  LogLines log;
  World world;
  for (const std::string path : {"ok.json", ".hidden.json", "typo.jsn", "a\\b.json"}) {
    world.files.write("groups/" + path, "{}");
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(world.pages.files().names() == std::vector<std::string>{"ok"});
  }
  CHECK(log.take() ==
        std::vector<std::string>{
            "info: groups/.hidden.json: hidden: such groups are not listed",
            "info: groups/a\\b.json: no group can have such a name: rename the file",
            "info: groups/typo.jsn: no group: the names of descriptions end in .json"});
}

TEST_CASE(
    "what is obsolete or useless in a description gets one line with file, field and remedy") {
  LogLines log;
  World world;
  struct Row {
    const char* text;
    const char* line;  // after the name of the file; null: none
  };
  const Row rows[] = {
      {R"({"allow-anonymous":true})",
       "\"allow-anonymous\" is obsolete and has no effect: remove it"},
      {R"({"allow-subgroups":true})", "\"allow-subgroups\" is obsolete: write \"auto-subgroups\""},
      {R"({"op":[{}],"presenter":[{}]})",
       "a second wildcard user, with role \"present\", was dropped: use \"fallback-users\""},
      {R"({"op":[{"username":"a"}],"other":[{"username":"a"}]})",
       "user \"a\" is there already: dropped from role \"message\""},
      {R"({"users":{"a":{"password":{"key":"x"}}}})",
       "the password of user \"a\" lets nobody in: there is a \"key\" but no \"type\": add "
       "\"type\": \"plain\""},
      {R"({"wildcard-user":{"password":{"type":"md5"}}})",
       "the password of \"wildcard-user\" lets nobody in: unknown type \"md5\": use plain, "
       "wildcard, pbkdf2, bcrypt or argon2id"},
      {R"({"fallback-users":[{"password":{"type":"plain"}}]})",
       "the password of an element of \"fallback-users\" lets nobody in: \"key\" is missing"},
      {R"({"users":{"/a":{}}})",
       "user \"/a\" can never log in: rename it without \"\\\", \"//\", \".\", \"..\" and without "
       "\"/\" at either end"},
      {R"({"authKeys":[{"kty":"OKP","alg":"EdDSA","crv":"X25519","x":"AA"}]})",
       "key 1 of \"authKeys\" is broken: \"crv\" must be \"Ed25519\""},
      {R"({"users":{"a":{"permissions":["present","system"]}}})",
       "the permission \"system\" of user \"a\" has no effect: it is the recorder's own, remove "
       "it"},
      {R"({"wildcard-user":{"permissions":["system"]}})",
       "the permission \"system\" of \"wildcard-user\" has no effect: it is the recorder's own, "
       "remove it"},
      {R"({"fallback-users":[{"password":"x","permissions":"op"}]})", nullptr},
      {R"({"op":[{"username":"a","password":"x"}],"presenter":[{}]})", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    world.files.write("groups/g.json", row.text);
    CHECK(world.exists("g"));
    CHECK(world.exists("g"));
    const auto lines = log.take();
    if (row.line == nullptr) {
      CHECK(lines.empty());
    } else {
      REQUIRE(lines.size() == 1);
      CHECK(lines[0] == "warning: groups/g.json: " + std::string(row.line));
    }
  }
}
