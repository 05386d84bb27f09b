// Every action of the protocol by everybody who might try it: the master table (protocol.md 31).

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

struct Role {
  const char* name;
  const char* permissions;   // as a description has them; null: not a member
  const char* options = "";  // of the description
};

const std::vector<Role> kRoles = {
    {"op", R"("op")"},
    {"op of a group that may be recorded", R"("op")", R"("allow-recording":true,)"},
    {"present", R"("present")"},
    {"present with unrestricted tokens", R"("present")", R"("unrestricted-tokens":true,)"},
    {"message", R"("message")"},
    {"observe", R"("observe")"},
    {"caption", R"("caption")"},
    {"admin", R"("admin")"},
    {"bare op", R"(["op"])"},
    {"bare token", R"(["token"])"},
    {"bare record", R"(["record"])"},
    {"message and caption", R"(["message","caption"])"},
    {"somebody who claims to be the system", R"(["system","admin"])"},
    {"nothing", "[]"},
    {"no member", nullptr},
};

enum class Refusal {
  kError,   // an error message
  kToken,   // a reply of kind "token", or "tokenlist", with an error
  kOffer,   // abort, then an error message
  kNever,   // members may always
  kAlways,  // members never may
};

constexpr int kOpen = -1;
constexpr int kFatal = 1000;

/// What comes of an action.
struct Outcome {
  Heard actor;
  Heard other;
  int closed = kOpen;
};

struct Action {
  const char* name;
  const char* message;
  std::vector<std::string> needs;
  Refusal refusal;
  Outcome allowed;
  Outcome outside = {{"usermessage/error join a group first"}, {}};
  bool changes = true;  // the group, or its tokens
};

const Heard kChange = {"joined/change"};
const Outcome kNothing = {};

// A row an action.
// clang-format off
const std::vector<Action>& actions() {
  static const std::vector<Action> kActions = {
      // Talking
      {"chat", R"({"type":"chat","id":"m","value":"x"})", {"message"}, Refusal::kError,
       {{"chat m"}, {"chat m"}}},
      {"private chat", R"({"type":"chat","id":"m","dest":"other","value":"x"})", {"message"},
       Refusal::kError, {{}, {"chat m"}}, {{"usermessage/error join a group first"}, {}}, false},
      {"me chat", R"({"type":"chat","kind":"me","id":"m","value":"x"})", {"message"},
       Refusal::kError, {{"chat/me m"}, {"chat/me m"}}},
      {"caption", R"({"type":"chat","kind":"caption","id":"m","value":"x"})", {"caption"},
       Refusal::kError, {{"chat/caption m"}, {"chat/caption m"}}},
      {"user message", R"({"type":"usermessage","kind":"info","value":"x"})", {"message"},
       Refusal::kError, {{"usermessage/info"}, {"usermessage/info"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"mute everybody", R"({"type":"usermessage","kind":"mute","noecho":true})", {"message"},
       Refusal::kError, {{}, {"usermessage/mute"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"warning", R"({"type":"usermessage","kind":"warning","dest":"other","value":"x"})",
       {"message"}, Refusal::kError, {{}, {"usermessage/warning"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"file transfer", R"({"type":"usermessage","kind":"filetransfer","dest":"other","value":{}})",
       {"message"}, Refusal::kError, {{}, {"usermessage/filetransfer"}},
       {{"usermessage/error join a group first"}, {}}, false},
      // Moderating members
      {"op", R"({"type":"useraction","kind":"op","dest":"other"})", {"op"}, Refusal::kError,
       {{"user/change other"}, {"joined/change", "user/change other"}}},
      {"unop", R"({"type":"useraction","kind":"unop","dest":"other"})", {"op"}, Refusal::kError,
       {{"user/change other"}, {"joined/change", "user/change other"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"present", R"({"type":"useraction","kind":"present","dest":"other"})", {"op"},
       Refusal::kError, {{"user/change other"}, {"joined/change", "user/change other"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"unpresent", R"({"type":"useraction","kind":"unpresent","dest":"other"})", {"op"},
       Refusal::kError, {{"user/change other"}, {"joined/change", "user/change other"}}},
      {"shutup", R"({"type":"useraction","kind":"shutup","dest":"other"})", {"op"},
       Refusal::kError, {{"user/change other"}, {"joined/change", "user/change other"}}},
      {"unshutup", R"({"type":"useraction","kind":"unshutup","dest":"other"})", {"op"},
       Refusal::kError, {{"user/change other"}, {"joined/change", "user/change other"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"op oneself", R"({"type":"useraction","kind":"op","dest":"actor"})", {"op"},
       Refusal::kError, {{"joined/change", "user/change actor"}, {"user/change actor"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"kick", R"({"type":"useraction","kind":"kick","dest":"other"})", {"op"}, Refusal::kError,
       {{"user/delete other"}, {"usermessage/kicked actor"}}},
      {"identify", R"({"type":"useraction","kind":"identify","dest":"other"})", {"op"},
       Refusal::kError, {{"usermessage/userinfo"}, {"usermessage/warning"}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"own data", R"({"type":"useraction","kind":"setdata","dest":"actor","value":{"a":1}})", {},
       Refusal::kNever, {{"user/change actor"}, {"user/change actor"}}},
      {"data of another", R"({"type":"useraction","kind":"setdata","dest":"other","value":{"a":1}})",
       {}, Refusal::kAlways, {}},
      {"unknown user action", R"({"type":"useraction","kind":"hug","dest":"other"})", {},
       Refusal::kNever,
       {{"usermessage/error unknown kind of useraction"}, {"user/delete actor"}, kFatal}},
      // Moderating the group
      {"clear the chat", R"({"type":"groupaction","kind":"clearchat"})", {"op"}, Refusal::kError,
       {{"usermessage/clearchat"}, {"usermessage/clearchat"}}},
      {"lock", R"({"type":"groupaction","kind":"lock","value":"no"})", {"op"}, Refusal::kError,
       {kChange, kChange}},
      {"unlock", R"({"type":"groupaction","kind":"unlock"})", {"op"}, Refusal::kError,
       {kChange, kChange}, {{"usermessage/error join a group first"}, {}}, false},
      {"group data", R"({"type":"groupaction","kind":"setdata","value":{"a":1}})", {"op"},
       Refusal::kError, {kChange, kChange}},
      {"subgroups", R"({"type":"groupaction","kind":"subgroups"})", {"op"}, Refusal::kError,
       {{"chat"}, {}}, {{"usermessage/error join a group first"}, {}}, false},
      {"record", R"({"type":"groupaction","kind":"record"})", {"record"}, Refusal::kError,
       {{"usermessage/error recording is not available on this server"}, {}},
       {{"usermessage/error join a group first"}, {}}, false},
      {"unrecord", R"({"type":"groupaction","kind":"unrecord"})", {"record"}, Refusal::kError, {},
       {{"usermessage/error join a group first"}, {}}, false},
      {"unknown group action", R"({"type":"groupaction","kind":"dance"})", {}, Refusal::kNever,
       {{"usermessage/error unknown kind of groupaction"}, {"user/delete actor"}, kFatal}},
      // Tokens
      {"make a token", R"({"type":"groupaction","kind":"maketoken","value":{"group":"g","expires":1}})",
       {"token"}, Refusal::kToken, {{"usermessage/token"}, {}}},
      {"edit a token",
       R"({"type":"groupaction","kind":"edittoken","value":{"token":"t","expires":1000}})",
       {"op", "token"}, Refusal::kToken, {{"usermessage/token"}, {}}},
      {"list tokens", R"({"type":"groupaction","kind":"listtokens"})", {"op", "token"},
       Refusal::kToken, {{"usermessage/tokenlist"}, {}},
       {{"usermessage/error join a group first"}, {}}, false},
      // Streams
      {"offer", R"({"type":"offer","id":"s","sdp":"av"})", {"present"}, Refusal::kOffer,
       {{"answer s"}, {}}, {{"abort s", "usermessage/error not authorised"}, {}}},
      {"close", R"({"type":"close","id":"s"})", {}, Refusal::kNever, {}, kNothing, false},
      {"abort", R"({"type":"abort","id":"s"})", {}, Refusal::kNever, {{"close s"}, {}},
       {{"close s"}, {}}, false},
      {"answer", R"({"type":"answer","id":"s","sdp":"x"})", {}, Refusal::kNever, {{"close s"}, {}},
       {{"close s"}, {}}, false},
      {"renegotiate", R"({"type":"renegotiate","id":"s"})", {}, Refusal::kNever, {}, kNothing,
       false},
      {"ice", R"({"type":"ice","id":"s","candidate":{"candidate":""}})", {}, Refusal::kNever, {},
       kNothing, false},
      {"request", R"({"type":"request","request":{"":["audio"]}})", {}, Refusal::kNever, {},
       {{"usermessage/error join a group first"}, {}}, false},
      {"request a stream", R"({"type":"requestStream","id":"s","request":["audio"]})", {},
       Refusal::kNever, {}, {{"usermessage/error join a group first"}, {}}, false},
      // Coming and going
      {"ping", R"({"type":"ping"})", {}, Refusal::kNever, {{"pong"}, {}}, {{"pong"}, {}}, false},
      {"leave", R"({"type":"join","kind":"leave","group":"g"})", {}, Refusal::kNever,
       {{"joined/leave"}, {"user/delete actor"}},
       {{"usermessage/error you are not in that group"}, {}, kFatal}},
      {"join again", R"({"type":"join","kind":"join","group":"g","username":"actor"})", {},
       Refusal::kNever,
       {{"usermessage/error already in a group"}, {"user/delete actor"}, 1002},
       {{"joined/join", "chathistory old", "user/add actor", "user/add other"},
        {"user/add actor"}}},
  };
  return kActions;
}
// clang-format on

/// A group with somebody else in it, some chat, and a token.
struct Scene {
  explicit Scene(const Role& role)
      : meeting("{" + std::string(role.options) +
                R"("users":{"actor":{"password":"","permissions":)" +
                (role.permissions == nullptr ? R"("observe")" : role.permissions) +
                R"(},"other":{"password":"","permissions":"present"}}})"),
        other(meeting.connect("other")),
        actor(meeting.connect("actor")) {
    StatefulToken token;
    token.token = "t";
    token.group = "g";
    token.expires = meeting.now.wall + TimeDelta::seconds(60);
    REQUIRE(meeting.tokens.add(token));
    meeting.join(other, "other");
    meeting.send(other, R"({"type":"chat","id":"old","value":"old"})");
    if (role.permissions != nullptr) {
      meeting.join(actor, "actor");
      REQUIRE(meeting.member_state("actor") != nullptr);
    }
    meeting.clear();
  }

  bool may(const std::vector<std::string>& words) {
    const Member* member = meeting.member_state("actor");
    return member != nullptr && std::all_of(words.begin(), words.end(), [&](const auto& word) {
             return member->permissions.has(word);
           });
  }

  /// Everything an action could change, as text.
  std::string state() {
    const GroupState& group = *meeting.groups.directory().find("g");
    std::string out = group.lock ? "locked " + *group.lock : "open";
    out += write_json(group.data);
    for (const auto& [id, member] : group.members) {
      out += " " + id + write_json(member.data);
      for (const std::string& word : member.permissions.words()) {
        out += "," + word;
      }
    }
    for (const HistoryEntry& entry : group.history) {
      out += " " + entry.id;
    }
    for (const OfferedStream& stream : group.streams) {
      out += " " + stream.publisher + "/" + stream.id;
    }
    return out + meeting.token_storage.text().value_or("");
  }

  Meeting meeting;
  ConnectionId other;
  ConnectionId actor;
};

Outcome refused(const Action& action) {
  switch (action.refusal) {
    case Refusal::kToken:
      return {{action.allowed.actor.front()}, {}};
    case Refusal::kOffer:
      return {{"abort s", "usermessage/error not authorised"}, {}};
    default:
      return {{"usermessage/error not authorised"}, {}};
  }
}

}  // namespace

TEST_CASE("everybody may do what the table says, and nothing else has any consequence") {
  int pairs = 0;
  for (const Role& role : kRoles) {
    for (const Action& action : actions()) {
      CAPTURE(std::string(role.name));
      CAPTURE(std::string(action.name));
      Scene scene(role);
      const bool is_member = role.permissions != nullptr;
      const bool allowed =
          is_member && action.refusal != Refusal::kAlways && scene.may(action.needs);
      const std::string before = scene.state();
      scene.meeting.send(scene.actor, action.message);
      const Outcome& expected = !is_member ? action.outside
                                : allowed  ? action.allowed
                                           : refused(action);
      const auto messages = scene.meeting.sink.sent[scene.actor];
      CHECK(scene.meeting.heard(scene.actor) == expected.actor);
      CHECK(scene.meeting.heard(scene.other) == expected.other);
      CHECK(scene.meeting.close_code(scene.actor) == expected.closed);
      if (allowed) {
        CHECK((scene.state() != before) == action.changes);
      } else if (is_member) {
        CHECK(scene.state() == before);
      }
      if (action.refusal == Refusal::kToken && is_member) {
        REQUIRE(messages.size() == 1);
        CHECK((messages[0].find(R"("error":"not-authorised")") == std::string::npos) == allowed);
      }
      ++pairs;
    }
  }
  CHECK(pairs == static_cast<int>(kRoles.size() * actions().size()));
}

TEST_CASE("the privileged mark is given by the server to operators alone") {
  for (const Role& role : kRoles) {
    CAPTURE(std::string(role.name));
    Scene scene(role);
    if (!scene.may({"message"})) {
      continue;
    }
    scene.meeting.send(scene.actor, R"({"type":"usermessage","kind":"kicked","dest":"other",
                                        "privileged":true,"value":"x"})");
    const auto messages = scene.meeting.messages(scene.other);
    REQUIRE(messages.size() == 1);
    CHECK((messages[0].find("privileged") != nullptr) == scene.may({"op"}));
  }
}
