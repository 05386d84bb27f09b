#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// A group with users of every kind.
constexpr const char* kUsers = R"({"users":{
    "bob":{"password":"b","permissions":"op"},
    "brk":{"password":{"type":"plain"}},
    "none":{},
    "/bad":{"password":"x","permissions":"op"},
    "":{"password":"anon","permissions":"observe"}},
  "wildcard-user":{"password":"w","permissions":"present"}})";

std::string fail_value(const JsonObject& message) {
  const JsonValue* value = message.find("value");
  return value == nullptr ? "" : *value->as_string();
}

}  // namespace

TEST_CASE("a newcomer learns of the group, its history, itself and the others, in this order") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  meeting.send(olga, R"({"type":"chat","value":"first","id":"m1"})");
  meeting.send(olga, R"({"type":"chat","value":"second","id":"m2"})");
  const ConnectionId bob = meeting.member("bob");
  meeting.clear();
  const ConnectionId id = meeting.connect("ann");
  meeting.join(id, "Ann");
  CHECK(meeting.heard(id) == Heard{"joined/join", "chathistory m1", "chathistory m2",
                                   "user/add ann", "user/add bob", "user/add olga"});
  CHECK(meeting.heard(olga) == Heard{"user/add ann"});
  CHECK(meeting.heard(bob) == Heard{"user/add ann"});
}

TEST_CASE("joined tells one's permissions and the state of the group") {
  Meeting meeting(R"({"displayName":"The Group","description":"d","authServer":"https://a/",
    "authPortal":"https://p/","users":{"olga":{"password":"op","permissions":"op"}}})");
  meeting.files.write("data/config.json", R"({"writableGroups":true})");
  const ConnectionId id = meeting.connect("c1");
  meeting.send(id, R"({"type":"join","kind":"join","group":"g","username":"olga",
                       "password":"op","data":{"raisehand":true}})");
  REQUIRE(meeting.sink.sent[id].size() == 2);
  CHECK(meeting.sink.sent[id][0] ==
        R"({"type":"joined","kind":"join","group":"g","username":"olga",)"
        R"("permissions":["op","present","message","caption","token"],)"
        R"("status":{"name":"g","displayName":"The Group","description":"d",)"
        R"("authServer":"https://a/","authPortal":"https://p/","clientCount":1,)"
        R"("canChangePassword":true},"rtcConfiguration":{}})");
  CHECK(meeting.sink.sent[id][1] == R"({"type":"user","kind":"add","id":"c1","username":"olga",)"
                                    R"("permissions":["op","present","message","caption","token"],)"
                                    R"("data":{"raisehand":true}})");
}

TEST_CASE("credentials decide as the description says") {
  struct Row {
    std::string credentials;
    std::string result;  // "name:permissions" or the failure
  };
  const Row rows[] = {
      {R"("username":"bob","password":"b")", "bob:op,present,message,caption,token"},
      {R"("username":"bob","password":"w")", "not authorised"},
      {R"("username":"Bob","password":"w")", "Bob:present,message"},
      {R"("username":"brk","password":"w")", "internal server error"},
      {R"("username":"none")", "not authorised"},
      {R"("username":"none","password":"w")", "not authorised"},
      {R"("username":"x","password":"q")", "not authorised"},
      {R"("username":"x")", "not authorised"},
      {R"("username":"","password":"anon")", ":"},
      {R"("username":"","password":"w")", "not authorised"},
      {R"("username":"/bad","password":"x")", "not authorised"},
      {R"("username":"a/","password":"w")", "not authorised"},
      {R"("password":"w")", "internal server error"},
      {R"("username":null,"password":"w")", "internal server error"},
      {R"("username":"bob","password":"b","token":"zzz")", "not authorised"},
      {R"("token":"zzz")", "not authorised"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.credentials);
    Meeting meeting(kUsers);
    const ConnectionId id = meeting.connect("c");
    meeting.send(id, R"({"type":"join","kind":"join","group":"g",)" + row.credentials + "}");
    meeting.pass(200);
    const auto messages = meeting.messages(id);
    REQUIRE_FALSE(messages.empty());
    const JsonObject& joined = messages[0];
    CHECK(joined.find("error") == nullptr);
    std::string result = fail_value(joined);
    if (const Member* member = meeting.member_state("c")) {
      result = *joined.find("username")->as_string() + ":";
      for (const std::string& word : member->permissions.words()) {
        result += (result.back() == ':' ? "" : ",") + word;
      }
    }
    CHECK(result == row.result);
    CHECK(meeting.is_open(id));
  }
}

TEST_CASE("several fallback users are tried in order, those with any password last") {
  Meeting meeting(R"({"fallback-users":[
      {"password":{"type":"wildcard"},"permissions":"observe"},
      {"password":{"type":"plain"},"permissions":"op"},
      {"password":"teacher","permissions":"op"},
      {"password":"pupil","permissions":"present"}],
    "wildcard-user":{"password":"guest","permissions":"message"}})");
  const auto permissions = [&](const std::string& password) {
    const ConnectionId id = meeting.connect(password);
    meeting.join(id, "x", password);
    const Member* member = meeting.member_state(password);
    return member == nullptr ? Permissions({"refused"}) : member->permissions;
  };
  CHECK(permissions("teacher") == *permissions_of_role("op"));
  CHECK(permissions("pupil") == *permissions_of_role("present"));
  CHECK(permissions("guest") == *permissions_of_role("message"));
  CHECK(permissions("other") == Permissions());
}

TEST_CASE("a refused login is answered after two hundred milliseconds, in order") {
  Meeting meeting(kUsers);
  const ConnectionId id = meeting.connect("c");
  meeting.join(id, "bob", "wrong");
  meeting.send(id, R"({"type":"ping"})");
  meeting.join(id, "bob", "b");
  meeting.pass(199);
  CHECK(meeting.heard(id).empty());
  meeting.pass(1);
  CHECK(meeting.sink.sent[id][0] ==
        R"({"type":"joined","kind":"fail","group":"g","username":"","value":"not authorised"})");
  CHECK(meeting.heard(id) ==
        Heard{"joined/fail not authorised", "pong", "joined/join", "user/add c"});
}

TEST_CASE("what waits for a login is bounded") {
  Meeting meeting(kUsers);
  const ConnectionId many = meeting.connect("c");
  meeting.join(many, "bob", "wrong");
  for (std::size_t i = 0; i <= kMaxWaitingMessages; ++i) {
    CHECK(meeting.is_open(many));
    meeting.send(many, R"({"type":"ping"})");
  }
  CHECK(meeting.close_code(many) == 1011);
  const ConnectionId large = meeting.connect("d");
  meeting.join(large, "bob", "wrong");
  for (int i = 0; i < 5; ++i) {
    meeting.send(large, R"({"type":"chat","value":")" + std::string(1'000'000, 'x') + "\"}");
  }
  CHECK(meeting.close_code(large) == 1011);
}

TEST_CASE("a slow password check holds up its own client only") {
  DelayedVerifier verifier;
  Meeting meeting(R"({"users":{"ann":{"password":{"type":"bcrypt",
      "key":"$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"},
      "permissions":"op"}},"wildcard-user":{"password":{"type":"wildcard"}}})",
                  verifier);
  const ConnectionId ann = meeting.connect("ann");
  meeting.join(ann, "ann", "secret");
  meeting.request_everything(ann);
  const ConnectionId bob = meeting.connect("bob");
  meeting.join(bob, "bob");
  CHECK(meeting.heard(ann).empty());
  CHECK(meeting.heard(bob) == Heard{"joined/join", "user/add bob"});
  verifier.finish_one(meeting.now);
  CHECK(meeting.heard(ann) == Heard{"joined/join", "user/add ann", "user/add bob"});
}

TEST_CASE("a verdict on someone who has gone, or joined anew, changes nothing") {
  DelayedVerifier verifier;
  Meeting meeting(R"({"users":{"ann":{"password":{"type":"bcrypt",
      "key":"$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}}}})",
                  verifier);
  const ConnectionId ann = meeting.connect("ann");
  meeting.join(ann, "ann", "secret");
  meeting.disconnect(ann);
  verifier.finish_one(meeting.now);
  CHECK(meeting.member_state("ann") == nullptr);
  CHECK(meeting.heard(ann).empty());

  const ConnectionId late = meeting.connect("ann");
  meeting.join(late, "ann", "secret");
  meeting.files.remove("groups/g.json");
  verifier.finish_one(meeting.now);
  CHECK(meeting.heard(late) == Heard{"joined/fail group does not exist"});
}

TEST_CASE("joins that fail say why and leave the connection open") {
  struct Row {
    std::string group;
    std::string file;
    std::string result;
  };
  const Row rows[] = {
      {"none", "", "joined/fail group does not exist"},
      {"../g", "", "joined/fail illegal group name"},
      {"", "", "joined/fail illegal group name"},
      {"a\\\\b", "", "joined/fail illegal group name"},
      {"broken", "{", "joined/fail internal server error"},
      {"closed", R"({"expires":"2020-01-01T00:00:00Z","wildcard-user":{"password":"p"}})",
       "joined/fail this group is closed"},
      {"early", R"({"not-before":"2040-01-01T00:00:00Z","wildcard-user":{"password":"p"}})",
       "joined/fail this group is not open yet"},
      {"alone", R"({"autokick":true,"wildcard-user":{"password":"p"}})",
       "joined/fail there are no operators in this group"},
      {"auto", R"({"autolock":true,"wildcard-user":{"password":"p"}})",
       "joined/fail this group is locked"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.group);
    Meeting meeting;
    if (!row.file.empty()) {
      meeting.files.write("groups/" + row.group + ".json", row.file);
    }
    const ConnectionId id = meeting.connect("c");
    meeting.join(id, "ann", "p", row.group);
    CHECK(meeting.heard(id) == Heard{row.result});
    meeting.offer(id, "s", "av");
    CHECK(meeting.heard(id) == Heard{"abort s", "usermessage/error not authorised"});
    meeting.join(id, "ann", "", "g");
    CHECK(meeting.heard(id) == Heard{"joined/join", "user/add c"});
  }
}

TEST_CASE("an empty or taken client id is an internal error") {
  Meeting meeting;
  const ConnectionId empty = meeting.connect("");
  meeting.join(empty, "ann");
  CHECK(meeting.heard(empty) == Heard{"joined/fail internal server error"});
  const ConnectionId first = meeting.member("same");
  const ConnectionId second = meeting.connect("same");
  meeting.join(second, "ann");
  CHECK(meeting.heard(second) == Heard{"joined/fail internal server error"});
  CHECK(meeting.heard(first).empty());
  meeting.disconnect(second);
  CHECK(meeting.member_state("same") != nullptr);
  meeting.send(first, R"({"type":"chat","value":"still here"})");
  CHECK(meeting.heard(first).size() == 1);
}

TEST_CASE("two members may have the same name") {
  Meeting meeting;
  const ConnectionId one = meeting.connect("c1");
  meeting.join(one, "ann");
  const ConnectionId two = meeting.connect("c2");
  meeting.join(two, "ann");
  CHECK(meeting.heard(two) == Heard{"joined/join", "user/add c2", "user/add c1"});
}

TEST_CASE("a group that redirects tells where to go and takes nobody in") {
  Meeting meeting(R"({"redirect":"https://elsewhere/g/",
                      "wildcard-user":{"password":{"type":"wildcard"}}})");
  const ConnectionId id = meeting.connect("c");
  meeting.join(id, "ann");
  CHECK(meeting.only_text(id) ==
        R"({"type":"joined","kind":"redirect","group":"g","username":"ann",)"
        R"("value":"https://elsewhere/g/"})");
  CHECK(meeting.member_state("c") == nullptr);
}

TEST_CASE("joining twice is a protocol error") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId id = meeting.member("a");
  meeting.clear();
  meeting.join(id, "a");
  CHECK(meeting.close_code(id) == 1002);
  CHECK(meeting.heard(olga) == Heard{"user/delete a"});
}

TEST_CASE("leaving is confirmed, others see streams close and the user go") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId id = meeting.member("a");
  meeting.request_everything(olga);
  meeting.request_everything(id);
  meeting.offer(olga, "theirs", "av");
  meeting.start("olga", "theirs");
  meeting.offer(id, "s1", "av");
  meeting.start("a", "s1");
  meeting.clear();
  meeting.send(id, R"({"type":"join","kind":"leave","group":"g"})");
  CHECK(meeting.heard(olga) == Heard{"close s1", "user/delete a"});
  CHECK(meeting.only_text(id) == R"({"type":"joined","kind":"leave","group":"g","username":"a",)"
                                 R"("status":{"name":"g","clientCount":1},"rtcConfiguration":{}})");
  CHECK(meeting.media.downs.empty());
  CHECK(meeting.media.ups.size() == 1);
  meeting.send(olga, R"({"type":"chat","value":"x"})");
  CHECK(meeting.heard(id).empty());
  meeting.join(id, "again");
  CHECK(meeting.heard(id).front() == "joined/join");
  meeting.clear();
  meeting.pass(1000);
  CHECK(meeting.heard(id).empty());  // the earlier request has ended with the membership
}

TEST_CASE("leaving another group, or none, is a fatal user error") {
  Meeting meeting;
  const ConnectionId member = meeting.member("a");
  meeting.send(member, R"({"type":"join","kind":"leave","group":"other"})");
  CHECK(meeting.close_code(member) == 1000);
  CHECK(meeting.heard(member).front().starts_with("usermessage/error"));
  const ConnectionId nobody = meeting.connect("b");
  meeting.send(nobody, R"({"type":"join","kind":"leave","group":""})");
  CHECK(meeting.close_code(nobody) == 1000);
}

TEST_CASE("who leaves does not hear of what its leaving causes") {
  Meeting meeting(R"({"autolock":true,"users":{"olga":{"password":"op","permissions":"op"},
                      "a":{"password":"","permissions":"op"}}})");
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.send(olga, R"({"type":"groupaction","kind":"unlock"})");
  meeting.send(olga, R"({"type":"useraction","kind":"unop","dest":"a"})");
  meeting.clear();
  meeting.send(olga, R"({"type":"join","kind":"leave","group":"g"})");
  CHECK(meeting.heard(olga) == Heard{"joined/leave"});
  CHECK(meeting.heard(a) == Heard{"user/delete olga", "joined/change"});
}

TEST_CASE("autokick ends all connections when the last operator is gone") {
  Meeting meeting(R"({"autokick":true,"users":{"olga":{"password":"op","permissions":"op"}},
                      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})");
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  const ConnectionId b = meeting.member("b");
  meeting.clear();
  meeting.disconnect(olga);
  CHECK(meeting.close_code(a) == 1000);
  CHECK(meeting.close_code(b) == 1000);
  CHECK(meeting.heard(a) == Heard{"user/delete olga", "usermessage/kicked"});
  CHECK(meeting.heard(b).front() == "user/delete olga");
  CHECK(meeting.groups.directory().find("g")->members.empty());
}

TEST_CASE("members hear of a changed description when somebody looks") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  meeting.files.write("groups/g.json", R"({"displayName":"new"})");
  REQUIRE(meeting.groups.page("g", meeting.now));
  const auto messages = meeting.messages(olga);
  REQUIRE(messages.size() == 1);
  CHECK(brief(messages[0]) == "joined/change");
  CHECK(messages[0].find("permissions")->as_array()->size() == 5);
  CHECK(*messages[0].find("status")->as_object()->find("displayName")->as_string() == "new");
}

TEST_CASE("maintenance forgets old groups and reads descriptions every fifteen minutes") {
  Meeting meeting;
  meeting.files.write("groups/p.json", R"({"public":true})");
  meeting.pass(0);
  CHECK(meeting.groups.directory().find("p") != nullptr);
  const ConnectionId olga = meeting.member("olga");
  meeting.files.write("groups/g.json", R"({"displayName":"new"})");
  for (int i = 0; i < 91; ++i) {
    meeting.pass(10'000);
    meeting.send(olga, R"({"type":"pong"})");
  }
  CHECK(meeting.heard(olga) == Heard{"joined/change"});
}

TEST_CASE("shutting down locks every group and shows everybody out") {
  Meeting meeting;
  const ConnectionId olga = meeting.member("olga");
  const ConnectionId a = meeting.member("a");
  meeting.clear();
  meeting.server.shutdown(meeting.now);
  const auto messages = meeting.messages(a);
  REQUIRE(messages.size() >= 2);
  CHECK(brief(messages.front()) == "joined/change");
  CHECK(messages.front().find("status")->as_object()->find("locked")->as_bool() == true);
  CHECK(write_json(messages.back()) ==
        R"({"type":"usermessage","kind":"kicked","dest":"a","privileged":true,)"
        R"("value":"server is shutting down"})");
  CHECK(meeting.close_code(a) == 1000);
  CHECK(meeting.close_code(olga) == 1000);
  const ConnectionId late = meeting.connect("late");
  meeting.join(late, "late");
  CHECK(meeting.heard(late) == Heard{"joined/fail server is shutting down"});
}

TEST_CASE("a password that could not be checked lets nobody in by another way") {
  struct Overloaded final : PasswordVerifier {
    void verify(const Password&, std::string, Moment now, Done done) override {
      done(PasswordMatch::kOverloaded, now);
    }
  } verifier;
  Meeting meeting(R"({"fallback-users":[{"password":{"type":"bcrypt","key":"x"}}],
                      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"op"}})",
                  verifier);
  const ConnectionId id = meeting.connect("c");
  meeting.join(id, "ann", "x");
  CHECK(meeting.heard(id) == Heard{"joined/fail the server is busy: try again in a moment"});
}

TEST_CASE("a refusal costs the same work whether the name is known or not") {
  struct Counting final : PasswordVerifier {
    void verify(const Password& stored, std::string supplied, Moment now, Done done) override {
      checked.push_back(stored.type);
      done(match_password(stored, supplied), now);
    }
    std::vector<Password::Type> checked;
  };
  const std::string bcrypt =
      R"({"type":"bcrypt","key":"$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"})";
  const std::string pbkdf2 = R"({"type":"pbkdf2","hash":"sha-256","key":"00","iterations":1})";
  for (const std::string& fallback :
       {std::string(), ",\"wildcard-user\":{\"password\":" + pbkdf2 + "}",
        std::string(R"(,"wildcard-user":{"password":"plain"})"),
        ",\"fallback-users\":[{\"password\":" + pbkdf2 + "},{\"password\":\"plain\"}]"}) {
    CAPTURE(fallback);
    Counting verifier;
    Meeting meeting("{\"users\":{\"ann\":{\"password\":" + bcrypt +
                        "},\"bob\":{\"password\":" + bcrypt + "}}" + fallback + "}",
                    verifier);
    std::vector<std::vector<Password::Type>> costs;
    for (const std::string name : {"ann", "bob", "nobody", "someone", ""}) {
      const ConnectionId id = meeting.connect("c-" + name);
      verifier.checked.clear();
      meeting.join(id, name, "wrong");
      meeting.pass(200);
      CHECK(meeting.heard(id) == Heard{"joined/fail not authorised"});
      std::sort(verifier.checked.begin(), verifier.checked.end());
      costs.push_back(verifier.checked);
    }
    for (const auto& cost : costs) {
      CHECK(cost == costs.front());
    }
    // The decoys let nobody in: this is the password of ann and bob.
    const ConnectionId id = meeting.connect("c");
    meeting.join(id, "nobody", "secret");
    meeting.pass(200);
    CHECK(meeting.heard(id) == Heard{"joined/fail not authorised"});
  }
}
