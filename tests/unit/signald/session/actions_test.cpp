#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

std::string action(const std::string& kind, const std::string& dest,
                   const std::string& value = "null") {
  return R"({"type":"useraction","kind":")" + kind + R"(","dest":")" + dest + R"(","value":)" +
         value + "}";
}

std::string group_action(const std::string& kind, const std::string& value = "null") {
  return R"({"type":"groupaction","kind":")" + kind + R"(","value":)" + value + "}";
}

}  // namespace

TEST_CASE("chat goes to everybody with source, name and time filled in") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(a, R"({"type":"chat","kind":"me","source":"a","username":"a","dest":null,
                      "id":"m1","value":"hello <b>"})");
  const std::string expected =
      R"({"type":"chat","kind":"me","id":"m1","source":"a","username":"a",)"
      R"("time":"2023-11-14T22:13:20Z","value":"hello \u003cb\u003e"})";
  CHECK(meeting.only_text(a) == expected);
  CHECK(meeting.only_text(olga) == expected);
  meeting.send(olga, R"({"type":"chat","noecho":true,"value":{"any":["json",1.5]}})");
  CHECK(meeting.heard(olga).empty());
  const auto messages = meeting.messages(a);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].find("id")->as_string()->size() == 11);
  CHECK(messages[0].find("source")->as_string()[0] == "olga");
  CHECK(messages[0].find("privileged")->as_bool() == true);
  CHECK(messages[0].find("noecho")->as_bool() == true);
  CHECK(write_json(*messages[0].find("value")) == R"({"any":["json",1.5]})");
}

TEST_CASE("private chat reaches its addressee only and is not remembered") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  const ConnectionId b = meeting.member("b");
  meeting.clear();
  meeting.send(a, R"({"type":"chat","dest":"b","value":"psst"})");
  CHECK(meeting.heard(olga).empty());
  CHECK(meeting.heard(a).empty());
  CHECK(meeting.only_text(b) == R"({"type":"chat","source":"a","username":"a","dest":"b",)"
                                R"("time":"2023-11-14T22:13:20Z","value":"psst"})");
  CHECK(meeting.groups.directory().find("g")->history.empty());
  meeting.send(a, R"({"type":"chat","dest":"nobody","value":"psst"})");
  CHECK(meeting.only_text(a) ==
        R"({"type":"usermessage","kind":"error","dest":"a","privileged":true,)"
        R"("value":"user unknown"})");
}

TEST_CASE("newcomers get the history without privilege") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  meeting.send(olga, R"({"type":"chat","id":"m1","kind":"caption","value":"text","noecho":true})");
  const ConnectionId a = meeting.connect("a");
  meeting.pass(5000);
  meeting.join(a, "a");
  CHECK(meeting.sink.sent[a].at(1) ==
        R"({"type":"chathistory","id":"m1","source":"olga","username":"olga",)"
        R"("time":"2023-11-14T22:13:20Z","kind":"caption","value":"text"})");
}

TEST_CASE("user messages are relayed as they are, but never as the server's") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(a, R"({"type":"usermessage","kind":"kicked","dest":"olga","privileged":true,
                      "time":"2000-01-01T00:00:00Z","value":null})");
  CHECK(meeting.only_text(olga) ==
        R"({"type":"usermessage","kind":"kicked","source":"a","username":"a","dest":"olga",)"
        R"("time":"2023-11-14T22:13:20Z"})");
  meeting.send(olga, R"({"type":"usermessage","kind":"mute","noecho":true,"value":""})");
  CHECK(meeting.only_text(a) ==
        R"({"type":"usermessage","kind":"mute","source":"olga","username":"olga",)"
        R"("privileged":true,"time":"2023-11-14T22:13:20Z","noecho":true,"value":""})");
  CHECK(meeting.heard(olga).empty());
  CHECK(meeting.groups.directory().find("g")->history.empty());
}

TEST_CASE("outside a group everything that needs one is answered with an error") {
  for (const std::string text :
       {R"({"type":"chat","value":"x"})", R"({"type":"usermessage","kind":"info"})",
        R"({"type":"useraction","kind":"op","dest":"x"})",
        R"({"type":"useraction","kind":"nonsense"})", R"({"type":"groupaction","kind":"lock"})",
        R"({"type":"groupaction","kind":"maketoken"})", R"({"type":"groupaction","kind":"what"})",
        R"({"type":"request","request":{"":["audio"]}})",
        R"({"type":"requestStream","id":"x","request":[]})"}) {
    CAPTURE(text);
    Meeting meeting;
    const ConnectionId id = meeting.connect("a");
    meeting.send(id, text);
    CHECK(meeting.heard(id) == Heard{"usermessage/error join a group first"});
    CHECK(meeting.is_open(id));
  }
}

TEST_CASE("what one may not do is refused without consequences") {
  for (const std::string& text :
       {action("op", "a"), action("unop", "olga"), action("present", "nobody"),
        action("kick", "olga"), action("identify", "olga"), action("setdata", "olga", "{}"),
        group_action("clearchat"), group_action("lock"), group_action("unlock"),
        group_action("subgroups"), group_action("setdata", "{}"), group_action("record"),
        group_action("unrecord"), std::string(R"({"type":"chat","kind":"caption"})")}) {
    CAPTURE(text);
    Meeting meeting;
    const ConnectionId olga = meeting.member("olga");
    const ConnectionId a = meeting.member("a");
    meeting.clear();
    meeting.send(a, text);
    CHECK(meeting.heard(a) == Heard{"usermessage/error not authorised"});
    CHECK(meeting.heard(olga).empty());
    CHECK(meeting.is_open(a));
  }
}

TEST_CASE("unknown kinds of actions end the connection with a reason") {
  for (const std::string& text :
       {action("promote", "a"), action("", "a"), group_action("explode"), group_action("")}) {
    Meeting meeting;
    const ConnectionId a = meeting.member("a");
    meeting.send(a, text);
    CHECK(meeting.heard(a).front().starts_with("usermessage/error unknown kind"));
    CHECK(meeting.close_code(a) == 1000);
    CHECK(meeting.member_state("a") == nullptr);
  }
}

TEST_CASE("a permission change is told to its subject and then to all") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.send(olga, group_action("setdata", R"({"k":1})"));
  meeting.clear();
  meeting.send(olga, action("op", "a"));
  const auto told = meeting.messages(a);
  REQUIRE(told.size() == 2);
  CHECK(brief(told[0]) == "joined/change");
  CHECK(told[0].find("data") == nullptr);
  CHECK(write_json(*told[0].find("permissions")) == R"(["present","message","op"])");
  CHECK(brief(told[1]) == "user/change a");
  CHECK(meeting.heard(olga) == Heard{"user/change a"});
  meeting.send(olga, action("op", "a"));  // once more, to the same effect
  CHECK(meeting.heard(a) == Heard{"joined/change", "user/change a"});
  meeting.clear();
  meeting.send(a, action("unop", "olga"));
  CHECK(meeting.heard(olga) == Heard{"joined/change", "user/change olga"});
  CHECK(write_json(*parse_json(meeting.sink.sent[a][0])->as_object()->find("permissions")) ==
        R"(["present","message","caption","token"])");
}

TEST_CASE("shutting somebody up stops chat and user messages") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.send(olga, action("shutup", "a"));
  meeting.clear();
  meeting.send(a, R"({"type":"chat","value":"x"})");
  meeting.send(a, R"({"type":"usermessage","kind":"filetransfer","dest":"olga"})");
  CHECK(meeting.heard(a) ==
        Heard{"usermessage/error not authorised", "usermessage/error not authorised"});
  CHECK(meeting.heard(olga).empty());
}

TEST_CASE("losing present: change, then abort and error per stream, then the user list") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.request_everything(olga);
  meeting.offer(a, "s", "av");
  meeting.start("a", "s");
  meeting.clear();
  meeting.send(olga, action("unpresent", "a"));
  CHECK(meeting.heard(a) ==
        Heard{"joined/change", "abort s", "usermessage/error permission denied", "user/change a"});
  CHECK(meeting.heard(olga) == Heard{"close s", "user/change a"});
  CHECK(meeting.media.ups.empty());
  CHECK(meeting.media.downs.empty());
  meeting.send(a, R"({"type":"close","id":"s"})");  // what the client answers
  CHECK(meeting.heard(a).empty());
}

TEST_CASE("a kick names the kicker and disconnects after the others have seen it") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.request_everything(olga);
  meeting.offer(a, "s", "av");
  meeting.start("a", "s");
  meeting.clear();
  meeting.send(olga, action("kick", "a", R"("be nice")"));
  CHECK(meeting.only_text(a) ==
        R"({"type":"usermessage","kind":"kicked","id":"olga","username":"olga","dest":"a",)"
        R"("privileged":true,"value":"be nice"})");
  CHECK(meeting.close_code(a) == 1000);
  CHECK(meeting.sink.closings.at(a).reason == "be nice");
  CHECK(meeting.heard(olga) == Heard{"close s", "user/delete a"});
  meeting.disconnect(a);
  CHECK(meeting.heard(olga).empty());
}

TEST_CASE("a kick without a text has one, and one may kick oneself") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(olga, action("kick", "olga", "17"));
  const auto messages = meeting.messages(olga);
  REQUIRE(messages.size() == 1);
  CHECK_FALSE(messages[0].find("value")->as_string()->empty());
  CHECK(meeting.close_code(olga) == 1000);
  CHECK(meeting.heard(a) == Heard{"user/delete olga"});
}

TEST_CASE("errors about targets go to the requester") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  meeting.send(olga, action("op", "nobody"));
  meeting.send(olga, action("kick", "nobody"));
  meeting.send(olga, action("identify", ""));
  CHECK(meeting.heard(olga) == Heard{"usermessage/error no such user",
                                     "usermessage/error no such user",
                                     "usermessage/error client not found"});
}

TEST_CASE("identify tells the operator an address, and its owner that it was told") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(olga, action("identify", "a"));
  CHECK(meeting.only_text(olga) ==
        R"({"type":"usermessage","kind":"userinfo","privileged":true,)"
        R"("value":{"id":"a","username":"a","address":"192.0.2.7:5000"}})");
  CHECK(meeting.heard(a) == Heard{"usermessage/warning"});
}

TEST_CASE("own data is merged and told to all") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(a, action("setdata", "a", R"({"raisehand":true,"x":1})"));
  const std::string expected = R"({"type":"user","kind":"change","id":"a","username":"a",)"
                               R"("permissions":["present","message"],)"
                               R"("data":{"raisehand":true,"x":1}})";
  CHECK(meeting.only_text(olga) == expected);
  CHECK(meeting.only_text(a) == expected);
  meeting.send(a, action("setdata", "a", R"({"raisehand":null,"x":null})"));
  CHECK(meeting.messages(olga).at(0).find("data") == nullptr);
  meeting.clear();
  meeting.send(a, action("setdata", "a", "7"));
  CHECK(meeting.heard(a) == Heard{"usermessage/error bad value in setdata"});
  meeting.send(olga, action("setdata", "a", "{}"));
  CHECK(meeting.heard(olga) == Heard{"usermessage/error not authorised"});
}

TEST_CASE("locking, unlocking and group data are told to all, the requester included") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.send(olga, group_action("lock", R"("closed for today")"));
  meeting.send(olga, group_action("setdata", R"({"topic":"x"})"));
  meeting.send(olga, group_action("unlock"));
  CHECK(meeting.heard(a) == Heard{"joined/change", "joined/change", "joined/change"});
  const auto told = meeting.messages(olga);
  REQUIRE(told.size() == 3);
  CHECK(write_json(told[0]) ==
        R"({"type":"joined","kind":"change","group":"g","username":"olga",)"
        R"("permissions":["op","present","message","caption","token"],)"
        R"("status":{"name":"g","locked":true,"clientCount":2},"rtcConfiguration":{}})");
  CHECK(write_json(*told[1].find("data")) == R"({"topic":"x"})");
  CHECK(told[2].find("status")->as_object()->find("locked") == nullptr);
  CHECK(write_json(*told[2].find("data")) == R"({"topic":"x"})");
  meeting.send(olga, group_action("setdata", "[]"));
  CHECK(meeting.heard(olga) == Heard{"usermessage/error bad value in setdata"});
}

TEST_CASE("a lock message is told to those turned away") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  meeting.send(olga, group_action("lock", R"("closed for today")"));
  const ConnectionId a = meeting.connect("a");
  meeting.join(a, "a");
  CHECK(meeting.heard(a) == Heard{"joined/fail closed for today"});
  meeting.send(olga, group_action("lock", R"({"not":"text"})"));
  meeting.join(a, "a");
  CHECK(meeting.heard(a) == Heard{"joined/fail this group is locked"});
}

TEST_CASE("clearing the chat is told to all with what was asked") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.send(a, R"({"type":"chat","id":"m","value":"x"})");
  meeting.clear();
  meeting.send(olga, group_action("clearchat", R"({"id":"m","userId":"a"})"));
  const std::string expected = R"({"type":"usermessage","kind":"clearchat","privileged":true,)"
                               R"("value":{"id":"m","userId":"a"}})";
  CHECK(meeting.only_text(olga) == expected);
  CHECK(meeting.only_text(a) == expected);
  CHECK(meeting.groups.directory().find("g")->history.empty());
  meeting.send(olga, group_action("clearchat"));
  CHECK(meeting.only_text(a) == R"({"type":"usermessage","kind":"clearchat","privileged":true})");
  meeting.clear();
  meeting.send(olga, group_action("clearchat", R"({"id":"m"})"));
  CHECK(meeting.heard(olga) == Heard{"usermessage/error bad value in clearchat"});
}

TEST_CASE("subgroups with members are listed in a chat message from the server") {
  Meeting meeting(R"({"auto-subgroups":true,"users":{"olga":{"password":"op","permissions":"op"}},
      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})");
  meeting.files.write("groups/gx.json", R"({"wildcard-user":{"password":{"type":"wildcard"}}})");
  const ConnectionId olga = meeting.member("olga");
  for (const std::string where : {"g/one", "g/two/deep", "gx"}) {
    meeting.join(meeting.connect("1"), "x", "", where);
  }
  meeting.join(meeting.connect("2"), "x", "", "g/one");
  REQUIRE(meeting.groups.page("g/empty", meeting.now));
  meeting.clear();
  meeting.send(olga, group_action("subgroups"));
  CHECK(meeting.only_text(olga) ==
        R"({"type":"chat","dest":"olga","username":"Server","time":"2023-11-14T22:13:20Z",)"
        R"("value":"g/one (2 clients)\ng/two/deep (1 client)\n"})");
}

TEST_CASE("members who may record learn that there is no recorder") {
  Meeting meeting(R"({"allow-recording":true,
                      "users":{"olga":{"password":"op","permissions":"op"}}})");
  const ConnectionId olga = meeting.member("olga");
  meeting.send(olga, group_action("record"));
  CHECK(meeting.heard(olga) ==
        Heard{"usermessage/error recording is not available on this server"});
}

namespace {

/// Joins and leaves as a recorder does.
struct FakeRecorder final : GroupRecorder {
  explicit FakeRecorder(GroupDirectory& directory) : groups(directory) {}
  ResultOr<void> start(const std::string& group, Moment now) override {
    if (full) {
      return fail("the disk is full");
    }
    command::Join join;
    join.member.id = "rec";
    join.member.username = "RECORDING";
    join.member.kind = MemberKind::kRecorder;
    join.member.permissions = Permissions({"system"});
    join.at = now.wall;
    REQUIRE(groups.submit(group, join));
    return {};
  }
  void stop(const std::string& group, const std::string& member, Moment now) override {
    REQUIRE(groups.submit(group, command::Leave{member, false, now.wall}));
    ++stops;
  }
  GroupDirectory& groups;
  bool full = false;
  int stops = 0;
};

}  // namespace

TEST_CASE("a recorder comes and goes as a member, and there is one at most") {
  Meeting meeting(R"({"allow-recording":true,"users":{
      "olga":{"password":"op","permissions":"op"},"pat":{"password":"","permissions":"present"}}})");
  FakeRecorder recorder(meeting.groups.directory());
  SignallingServer server({meeting.sink, meeting.media, meeting.groups.directory(),
                           meeting.verifier(), meeting.tokens, meeting.config, meeting.rtc,
                           meeting.random, &recorder});
  const auto enter = [&](std::uint64_t number, const std::string& name,
                         const std::string& password) {
    const ConnectionId id(number);
    server.opened(id, *SocketAddress::parse("192.0.2.7", 5000), meeting.now);
    server.message(id, R"({"type":"handshake","version":["2"],"id":")" + name + "\"}", meeting.now);
    server.message(id,
                   R"({"type":"join","kind":"join","group":"g","username":")" + name +
                       R"(","password":")" + password + "\"}",
                   meeting.now);
    return id;
  };
  const ConnectionId olga = enter(101, "olga", "op");
  const ConnectionId pat = enter(102, "pat", "");
  meeting.clear();
  server.message(pat, group_action("record"), meeting.now);
  server.message(pat, group_action("unrecord"), meeting.now);
  CHECK(meeting.heard(pat) ==
        Heard{"usermessage/error not authorised", "usermessage/error not authorised"});
  CHECK(meeting.heard(olga).empty());

  server.message(olga, group_action("unrecord"), meeting.now);
  CHECK(meeting.heard(olga).empty());
  recorder.full = true;
  server.message(olga, group_action("record"), meeting.now);
  CHECK(meeting.heard(olga) == Heard{"usermessage/error the disk is full"});
  recorder.full = false;
  server.message(olga, group_action("record"), meeting.now);
  CHECK(meeting.heard(olga) == Heard{"user/add rec"});
  CHECK(meeting.heard(pat) == Heard{"user/add rec"});
  server.message(olga, group_action("record"), meeting.now);
  CHECK(meeting.heard(olga) == Heard{"usermessage/error already recording"});
  server.message(olga, group_action("unrecord"), meeting.now);
  CHECK(meeting.heard(pat) == Heard{"user/delete rec"});
  CHECK(recorder.stops == 1);

  server.message(olga, group_action("record"), meeting.now);
  server.message(olga, action("kick", "rec"), meeting.now);
  CHECK(recorder.stops == 2);
  CHECK(meeting.member_state("rec") == nullptr);
  server.message(olga, group_action("record"), meeting.now);
  server.shutdown(meeting.now);
  CHECK(recorder.stops == 3);
}
