// What each field of a description, and of the configuration, does to clients; also when it changes
// while members are inside (groups.md 4, 8.2).

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// A description with these fields and the users olga (op), pat (present) and mia (message).
std::string with(const std::string& fields) {
  return "{" + fields + (fields.empty() ? "" : ",") +
         R"("users":{"olga":{"password":"","permissions":"op"},
             "pat":{"password":"","permissions":"present"},
             "mia":{"password":"","permissions":"message"}}})";
}

/// A meeting whose description can be changed.
struct Scene : Meeting {
  explicit Scene(const std::string& fields = "") : Meeting(with(fields)) {}

  void describe(const std::string& fields) { files.write("groups/g.json", with(fields)); }
  /// Somebody looks at the group, as a page does.
  void look() { REQUIRE(groups.page("g", now)); }
  /// Joins and gives the first reply in short.
  std::string enter(const std::string& name, const std::string& group = "g") {
    const ConnectionId id = connect(name + std::to_string(++number));
    join(id, name, "", group);
    pass(200);
    const Heard all = heard(id);
    return all.empty() ? "" : all[0];
  }
  ConnectionId inside(const std::string& name) {
    const ConnectionId id = connect(name);
    join(id, name);
    REQUIRE(member_state(name) != nullptr);
    clear();
    return id;
  }
  std::string permissions(const std::string& id) {
    std::string out;
    for (const std::string& word : member_state(id)->permissions.words()) {
      out += (out.empty() ? "" : " ") + word;
    }
    return out;
  }
  std::string status(ConnectionId id) {
    for (const JsonObject& message : messages(id)) {
      if (const JsonValue* found = message.find("status")) {
        return write_json(*found);
      }
    }
    return "";
  }
  int number = 0;
};

const std::string kIn = "joined/join";

}  // namespace

TEST_CASE("max-clients turns away all but operators, from its change on") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  const ConnectionId mia = scene.inside("mia");
  scene.describe(R"("max-clients":2)");
  CHECK(scene.enter("pat") == "joined/fail too many users");
  CHECK(scene.heard(pat) == Heard{"joined/change"});
  CHECK(scene.is_open(mia));
  CHECK(scene.enter("olga") == kIn);
  scene.describe(R"("max-clients":1)");
  scene.look();
  CHECK(scene.is_open(pat));
  CHECK(scene.member_state("mia") != nullptr);
  scene.describe(R"("max-clients":-1)");
  CHECK(scene.enter("pat") == kIn);
}

TEST_CASE("the time window turns away all but operators and puts nobody out") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  scene.describe(R"("not-before":"2030-01-01T00:00:00Z")");
  CHECK(scene.enter("pat") == "joined/fail this group is not open yet");
  CHECK(scene.enter("olga") == kIn);
  scene.describe(R"("not-before":"2020-01-01T00:00:00Z","expires":"2023-11-14T23:13:19+01:00")");
  CHECK(scene.enter("mia") == "joined/fail this group is closed");
  CHECK(scene.enter("olga") == kIn);
  CHECK(scene.is_open(pat));
  CHECK(scene.member_state("pat") != nullptr);
  // The zone counts: an hour further west it is still open.
  scene.describe(R"("expires":"2023-11-14T23:13:19Z")");
  CHECK(scene.enter("mia") == kIn);
}

TEST_CASE("max-history-age governs what newcomers read, also after a change") {
  Scene scene(R"("max-history-age":60)");
  const ConnectionId olga = scene.inside("olga");
  scene.send(olga, R"({"type":"chat","id":"m","value":"x"})");
  scene.pass(61'000);
  ConnectionId pat = scene.connect("pat");
  scene.join(pat, "pat");
  CHECK(scene.heard(pat).at(1) == "user/add pat");
  scene.describe("");
  ConnectionId mia = scene.connect("mia");
  scene.join(mia, "mia");
  CHECK(scene.heard(mia).at(1) == "chathistory m");
}

TEST_CASE("allow-recording gives operators the right to record, those made later too") {
  Scene scene;
  const ConnectionId olga = scene.inside("olga");
  scene.inside("pat");
  scene.inside("mia");
  CHECK(scene.permissions("olga") == "op present message caption token");
  const auto op = [&](const std::string& kind, const std::string& dest) {
    scene.send(olga, R"({"type":"useraction","kind":")" + kind + R"(","dest":")" + dest + "\"}");
  };
  op("op", "pat");
  CHECK(scene.permissions("pat") == "present message op");
  scene.describe(R"("allow-recording":true)");
  scene.look();
  CHECK(scene.permissions("olga") == "op present message caption token");
  op("op", "mia");
  CHECK(scene.permissions("mia") == "message op record");
  op("unop", "mia");
  CHECK(scene.permissions("mia") == "message");
  CHECK(scene.enter("olga") == kIn);
  CHECK(scene.member_state("olga1")->permissions.has("record"));
  scene.describe("");
  CHECK(scene.enter("olga") == kIn);
  CHECK_FALSE(scene.member_state("olga2")->permissions.has("record"));
}

TEST_CASE("unrestricted-tokens lets those invite who may present, and nobody else") {
  Scene scene(R"("unrestricted-tokens":true)");
  scene.inside("pat");
  scene.inside("mia");
  CHECK(scene.member_state("pat")->permissions.has("token"));
  CHECK_FALSE(scene.member_state("mia")->permissions.has("token"));
  scene.describe("");
  CHECK(scene.enter("pat") == kIn);
  CHECK_FALSE(scene.member_state("pat1")->permissions.has("token"));
  CHECK(scene.member_state("pat")->permissions.has("token"));
}

TEST_CASE("auto-subgroups makes groups below, each with its own lock and data") {
  Scene scene(R"("auto-subgroups":true,"max-clients":1,"displayName":"dn")");
  const ConnectionId olga = scene.connect("olga");
  scene.join(olga, "olga", "", "g/sub/deep");
  REQUIRE(scene.member_state("olga", "g/sub/deep") != nullptr);
  scene.send(olga, R"({"type":"groupaction","kind":"lock"})");
  CHECK(scene.enter("pat", "g/sub/deep") == "joined/fail this group is locked");
  CHECK(scene.enter("pat", "g/other") == kIn);
  CHECK(scene.enter("mia", "g/other") == "joined/fail too many users");
  CHECK(scene.groups.directory().find("g/other")->description->display_name == "dn");
  scene.describe("");
  CHECK(scene.enter("pat", "g/other") == "joined/fail group does not exist");
  CHECK(scene.is_open(olga));
}

TEST_CASE("autolock and autokick begin to count when they are set") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  scene.describe(R"("autolock":true)");
  CHECK(scene.enter("mia") == "joined/fail this group is locked");
  CHECK(scene.enter("olga") == kIn);
  CHECK(scene.enter("mia") == "joined/fail this group is locked");
  CHECK(scene.is_open(pat));

  Scene strict;
  const ConnectionId out = strict.inside("pat");
  strict.describe(R"("autokick":true)");
  CHECK(strict.enter("mia") == "joined/fail there are no operators in this group");
  CHECK(strict.close_code(out) == 1000);
  CHECK(strict.enter("olga") == kIn);
  CHECK(strict.enter("mia") == kIn);
}

TEST_CASE("a redirect that is set turns newcomers away and leaves members in peace") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  scene.describe(R"("redirect":"https://b.example/group/g/")");
  CHECK(scene.enter("mia") == "joined/redirect");
  CHECK(scene.enter("nobody") == "joined/fail not authorised");
  CHECK(scene.is_open(pat));
  CHECK(scene.groups.directory().find("g")->members.size() == 1);
}

TEST_CASE("codecs are those of the moment when a stream begins") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  scene.offer(pat, "one", "av");
  scene.describe(R"("codecs":["vp9","opus"])");
  scene.look();
  scene.offer(pat, "two", "av");
  CHECK(scene.media.ups.at(scene.up("pat", "one")).codecs ==
        std::vector<std::string>{"vp8", "opus"});
  CHECK(scene.media.ups.at(scene.up("pat", "two")).codecs ==
        std::vector<std::string>{"vp9", "opus"});
}

TEST_CASE("names, texts and authorisation servers show in the status, again after each change") {
  Scene scene(R"("displayName":"D","description":"T","contact":"c","comment":"x")");
  const ConnectionId pat = scene.connect("pat");
  scene.join(pat, "pat");
  CHECK(scene.status(pat) == R"({"name":"g","displayName":"D","description":"T","clientCount":1})");
  scene.describe(R"("authServer":"https://a.example","authPortal":"https://p.example")");
  scene.look();
  CHECK(scene.status(pat) == R"({"name":"g","authServer":"https://a.example",)"
                             R"("authPortal":"https://p.example","clientCount":1})");
}

TEST_CASE("a public group stays in memory, and on the list, until it is public no more") {
  Scene scene(R"("public":true,"max-history-age":1)");
  scene.look();
  const auto listed = [&] {
    return *scene.groups.public_groups_json({"https", "a", ""}, scene.now) != "[]";
  };
  CHECK(listed());
  scene.pass(3'600'000);
  CHECK(listed());
  scene.describe(R"("max-history-age":1)");
  scene.look();
  CHECK_FALSE(listed());
  scene.pass(3'600'000);
  CHECK(scene.groups.directory().find("g") == nullptr);
}

TEST_CASE("users, keys and passwords that change count for the next login only") {
  Scene scene;
  const ConnectionId pat = scene.inside("pat");
  scene.files.write("groups/g.json", R"({"users":{"pat":{"password":"new","permissions":"op"}}})");
  CHECK(scene.enter("pat") == "joined/fail not authorised");
  CHECK(scene.enter("olga") == "joined/fail not authorised");
  const ConnectionId again = scene.connect("again");
  scene.join(again, "pat", "new");
  CHECK(scene.permissions("again") == "op present message caption token");
  CHECK(scene.permissions("pat") == "present message");
  CHECK(scene.is_open(pat));
}

TEST_CASE("the configuration counts from its change on, and no more when its file is gone") {
  Scene scene;
  const auto can_change_password = [&] {
    const ConnectionId id = scene.connect("c" + std::to_string(++scene.number));
    scene.join(id, "pat");
    return scene.status(id).find("canChangePassword") != std::string::npos;
  };
  CHECK_FALSE(can_change_password());
  scene.files.write("data/config.json", R"({"writableGroups":true})");
  CHECK(can_change_password());
  scene.files.write("data/config.json", "{");
  CHECK_FALSE(can_change_password());
  scene.files.remove("data/config.json");
  CHECK_FALSE(can_change_password());
}

TEST_CASE("a broken configuration refuses tokens and leaves passwords alone") {
  Scene scene;
  StatefulToken token;
  token.token = "t";
  token.group = "g";
  token.username = "guest";
  token.expires = scene.now.wall + TimeDelta::seconds(60);
  REQUIRE(scene.tokens.add(token));
  const auto by_token = [&] {
    const ConnectionId id = scene.connect("c" + std::to_string(++scene.number));
    scene.send(id, R"({"type":"join","kind":"join","group":"g","token":"t"})");
    scene.pass(200);
    return scene.heard(id).at(0);
  };
  CHECK(by_token() == kIn);
  scene.files.write("data/config.json", R"({"unheard-of":1})");
  CHECK(by_token() == "joined/fail internal server error");
  CHECK(scene.enter("pat") == kIn);
  scene.files.remove("data/config.json");
  CHECK(by_token() == kIn);
}
