#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr const char* kUsers = R"({"users":{
    "bob":{"password":"b","permissions":"op"},
    "ann":{"password":"a","permissions":"present"},
    "":{"password":"anon","permissions":"observe"}},
  "authKeys":[{"kty":"oct","alg":"HS256","k":"MYz3IfCq4Yq-UmPdNqWEOdPl4C_m9imHHs9uveDUJGQ"}]})";

constexpr TimeDelta kDay = TimeDelta::seconds(86400);

void store(Meeting& meeting, const std::string& secret, std::optional<std::string> username,
           std::vector<std::string> permissions = {"present"}, const std::string& group = "g") {
  StatefulToken token;
  token.token = secret;
  token.group = group;
  token.username = std::move(username);
  token.permissions = std::move(permissions);
  token.expires = meeting.now.wall + kDay;
  REQUIRE(meeting.tokens.add(token));
}

/// Joins with the client id "c"; gives "name:permissions", or the failure.
std::string login(Meeting& meeting, const std::string& credentials,
                  const std::string& group = "g") {
  const ConnectionId id = meeting.connect("c");
  meeting.send(id, R"({"type":"join","kind":"join","group":")" + group + "\"" +
                       (credentials.empty() ? "" : ",") + credentials + "}");
  meeting.pass(200);
  const auto messages = meeting.messages(id);
  REQUIRE_FALSE(messages.empty());
  const JsonObject& joined = messages[0];
  std::string result;
  if (const Member* member = meeting.member_state("c", group)) {
    result = *joined.find("username")->as_string() + ":";
    for (const std::string& word : member->permissions.words()) {
      result += (result.back() == ':' ? "" : ",") + word;
    }
  } else {
    const JsonValue* error = joined.find("error");
    result = error == nullptr ? *joined.find("value")->as_string() : *error->as_string();
  }
  meeting.disconnect(id);
  return result;
}

std::string group_action(const std::string& kind, const std::string& value = "null") {
  return R"({"type":"groupaction","kind":")" + kind + R"(","value":)" + value + "}";
}

/// The only reply: "kind error-or-ok text-of-value".
std::string reply(Meeting& meeting, ConnectionId id) {
  const auto messages = meeting.messages(id);
  REQUIRE(messages.size() == 1);
  const JsonObject& message = messages[0];
  CHECK(message.find("privileged")->as_bool() == true);
  CHECK(message.find("dest") == nullptr);
  CHECK(*message.find("type")->as_string() == "usermessage");
  const JsonValue* error = message.find("error");
  return *message.find("kind")->as_string() + " " +
         (error == nullptr ? "ok" : *error->as_string()) + " " + write_json(*message.find("value"));
}

}  // namespace

TEST_CASE("tokens let their bearers in as they say") {
  Meeting meeting(kUsers);
  store(meeting, "tbob", "bob");
  store(meeting, "tnone", std::nullopt);
  store(meeting, "tempty", "", {});
  store(meeting, "tbad", "/bad");
  store(meeting, "tother", "x", {}, "other");
  StatefulToken endless;
  endless.token = "tnoexp";
  endless.group = "g";
  REQUIRE(meeting.tokens.add(endless));
  CHECK(login(meeting, R"("username":"alice","token":"tbob")") == "bob:present");
  CHECK(login(meeting, R"("token":"tbob")") == "bob:present");
  CHECK(login(meeting, R"("token":"tnone")") == "need-username");
  CHECK(login(meeting, R"("username":"alice","token":"tnone")") == "alice:present");
  CHECK(login(meeting, R"("username":"bob","password":"b","token":"tnone")") ==
        "duplicate-username");
  CHECK(login(meeting, R"("username":"","token":"tnone")") == "duplicate-username");
  CHECK(login(meeting, R"("token":"tempty")") == ":");
  CHECK(login(meeting, R"("username":"alice","token":"tempty")") == "alice:");
  CHECK(login(meeting, R"("token":"tbad")") == "not authorised");
  CHECK(login(meeting, R"("token":"tother")") == "not authorised");
  CHECK(login(meeting, R"("username":"x","token":"tnoexp")") == "not authorised");
  CHECK(login(meeting, R"("token":"tnoexp")") == "need-username");
  CHECK(login(meeting, R"("username":"bob","password":"b","token":"zzz")") == "not authorised");
  meeting.pass(86'400'000);
  CHECK(login(meeting, R"("username":"alice","token":"tnone")") == "not authorised");
}

TEST_CASE("a token of a parent group lets in below if it says so") {
  Meeting meeting(R"({"auto-subgroups":true})");
  store(meeting, "exact", "x");
  CHECK(login(meeting, R"("token":"exact")", "g/sub") == "not authorised");
  StatefulToken below = *meeting.tokens.find("exact");
  below.include_subgroups = true;
  REQUIRE(meeting.tokens.replace(below));
  CHECK(login(meeting, R"("token":"exact")", "g/sub") == "x:present");
}

TEST_CASE("a JWT lets in by the group's keys, its bearer may need no name") {
  const std::string token =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
      "eyJzdWIiOiJhbGljZSIsImF1ZCI6Imh0dHBzOi8vZ2FsZW5lLmV4YW1wbGUub3JnL2dyb3VwL2V4YW1wbGUvIiwicGVy"
      "bWlzc2lvbnMiOlsicHJlc2VudCIsIm1lc3NhZ2UiXSwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjQwNzA5MDg4MDAsImlz"
      "cyI6Imh0dHBzOi8vYXV0aC5leGFtcGxlLm9yZy8ifQ.kbtrK0i20QcAljx1ONO2WfOKMXU0k-lENNFxrCc7_4w";
  const std::string nameless =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
      "eyJhdWQiOiJodHRwczovL2dhbGVuZS5leGFtcGxlLm9yZy9ncm91cC9leGFtcGxlLyIsInBlcm1pc3Npb25zIjpbInBy"
      "ZXNlbnQiLCJtZXNzYWdlIl0sImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDcwOTA4ODAwLCJpc3MiOiJodHRwczovL2F1"
      "dGguZXhhbXBsZS5vcmcvIn0.d5kyQd4fFujdMjWW8lQPNPqkQUsIGL_VeAvTFODZYR8";
  Meeting meeting(kUsers);
  meeting.files.write("groups/example.json", kUsers);
  const std::string with = R"("token":")" + token + "\"";
  CHECK(login(meeting, with, "example") == "alice:present,message");
  CHECK(login(meeting, R"("username":"carol",)" + with, "example") == "alice:present,message");
  CHECK(login(meeting, with, "g") == "not authorised");
  const std::string without = R"("token":")" + nameless + "\"";
  CHECK(login(meeting, without, "example") == ":present,message");
  CHECK(login(meeting, R"("username":"carol",)" + without, "example") == "carol:present,message");
  CHECK(login(meeting, R"("username":"bob",)" + without, "example") == "duplicate-username");
  meeting.files.write("data/config.json", R"({"canonicalHost":"galene.example.org"})");
  CHECK(login(meeting, with, "example") == "alice:present,message");
  meeting.files.write("data/config.json", R"({"canonicalHost":"other.example.org"})");
  CHECK(login(meeting, with, "example") == "not authorised");
  meeting.files.write("data/config.json", "{");
  CHECK(login(meeting, with, "example") == "internal server error");
}

TEST_CASE("a token is made with what its maker has, and works") {
  Meeting meeting(kUsers);
  const ConnectionId bob = meeting.connect("b");
  meeting.join(bob, "bob", "b");
  meeting.clear();
  meeting.send(bob, group_action("maketoken", R"({"group":"g","expires":172800000,"username":"dan",
      "permissions":["present","message"],"includeSubgroups":true,"issuedBy":"mallory"})"));
  const auto messages = meeting.messages(bob);
  REQUIRE(messages.size() == 1);
  const JsonObject& made = *messages[0].find("value")->as_object();
  const std::string secret = *made.find("token")->as_string();
  CHECK(secret.size() == 11);
  CHECK(write_json(made) ==
        R"({"token":")" + secret +
            R"(","group":"g","username":"dan","permissions":["present","message"],)"
            R"("expires":"2023-11-16T22:13:20Z","issuedAt":"2023-11-14T22:13:20Z",)"
            R"("issuedBy":"bob"})");
  CHECK(login(meeting, R"("token":")" + secret + "\"") == "dan:present,message");
  meeting.clear();
  meeting.send(bob, group_action("edittoken", R"({"token":")" + secret + R"(","expires":-1000})"));
  CHECK(reply(meeting, bob).starts_with("token ok "));
  CHECK(login(meeting, R"("token":")" + secret + "\"") == "not authorised");
}

TEST_CASE("requests for tokens are checked one by one") {
  struct Row {
    std::string value;
    std::string result;
  };
  const Row rows[] = {
      {"null", R"(token error "bad token value")"},
      {"[]", R"(token error "bad token value")"},
      {R"({"group":5})", R"(token error "bad string value")"},
      {R"({"username":{}})", R"(token error "bad string value")"},
      {R"({"permissions":"op"})", R"(token error "bad string list")"},
      {R"({"permissions":[1]})", R"(token error "bad string list")"},
      {R"({"expires":"soon"})", R"(token error "bad time value")"},
      {R"({"expires":true})", R"(token error "bad time value")"},
      {R"({"not-before":1e300})", R"(token error "bad time value")"},
      {R"({"token":"mine","group":"g"})", R"(token error "client specified token")"},
      {R"({"group":"other"})", R"(token error "wrong group in token")"},
      {"{}", R"(token error "wrong group in token")"},
      {R"({"group":"g"})", R"(token error "token doesn't expire")"},
      {R"({"group":"g","expires":1,"username":"ann"})", R"(token error "that username is taken")"},
      {R"({"group":"g","expires":1,"permissions":["admin"]})",
       R"(token not-authorised "not authorised")"},
  };
  Meeting meeting(kUsers);
  const ConnectionId bob = meeting.connect("b");
  meeting.join(bob, "bob", "b");
  meeting.clear();
  for (const Row& row : rows) {
    CAPTURE(row.value);
    meeting.send(bob, group_action("maketoken", row.value));
    CHECK(reply(meeting, bob) == row.result);
  }
  for (const std::string fine :
       {R"({"group":"g","expires":-5})", R"({"group":"g","expires":"2030-01-01T00:00:00+01:00"})",
        R"({"group":"g","expires":1.5,"permissions":[],"token":"","username":null,"x":1})"}) {
    CAPTURE(fine);
    meeting.send(bob, group_action("maketoken", fine));
    CHECK(reply(meeting, bob).starts_with("token ok "));
  }
  meeting.token_storage.broken = true;
  meeting.send(bob, group_action("maketoken", R"({"group":"g","expires":1})"));
  CHECK(reply(meeting, bob) == R"(token error "disk full")");
}

TEST_CASE("tokens are edited and listed by operators of their group only") {
  Meeting meeting(kUsers);
  store(meeting, "here", "x");
  store(meeting, "there", "x", {}, "other");
  const ConnectionId bob = meeting.connect("b");
  meeting.join(bob, "bob", "b");
  const ConnectionId ann = meeting.connect("a");
  meeting.join(ann, "ann", "a");
  meeting.clear();
  for (const std::string kind : {"maketoken", "edittoken"}) {
    meeting.send(ann, group_action(kind, R"({"token":"here"})"));
    CHECK(reply(meeting, ann) == R"(token not-authorised "not authorised")");
  }
  meeting.send(ann, group_action("listtokens"));
  CHECK(reply(meeting, ann) == R"(tokenlist not-authorised "not authorised")");

  const auto edit = [&](const std::string& value) {
    meeting.send(bob, group_action("edittoken", value));
    return reply(meeting, bob);
  };
  CHECK(edit(R"({"token":"here","not-before":0})") ==
        R"(token ok {"token":"here","group":"g","username":"x","permissions":["present"],)"
        R"("expires":"2023-11-15T22:13:20Z","not-before":"2023-11-14T22:13:20Z"})");
  CHECK(edit(R"({"token":"there","expires":0})") == R"(token error "no such token")");
  CHECK(edit(R"({"token":"none","expires":0})") == R"(token error "no such token")");
  CHECK(edit("5") == R"(token error "bad token value")");
  for (const std::string field : {R"("group":"g")", R"("username":"")", R"("permissions":[])"}) {
    CHECK(edit(R"({"token":"here",)" + field + "}") ==
          R"(token error "this field cannot be edited")");
  }
  meeting.send(bob, group_action("listtokens"));
  CHECK(reply(meeting, bob).starts_with(R"(tokenlist ok [{"token":"here")"));
  meeting.token_storage.set_text("broken\n");
  meeting.send(bob, group_action("listtokens"));
  CHECK(reply(meeting, bob).starts_with("tokenlist error "));
  CHECK(login(meeting, R"("token":"here")") == "not authorised");
}

TEST_CASE("tokens that expired long ago are forgotten by maintenance") {
  Meeting meeting(kUsers);
  StatefulToken old;
  old.token = "old";
  old.expires = WallTime{1'000'000'000'000'000};
  REQUIRE(meeting.tokens.add(old));
  meeting.pass(0);
  CHECK_FALSE(meeting.token_storage.text());
}
