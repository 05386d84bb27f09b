#include "signald/groups/group_state.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "signald/groups/decide.h"
#include "signald/groups/notices.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

using Kind = GroupError::Kind;

constexpr WallTime kNow{1'700'000'000'000'000};

/// One group, and what its commands came to.
struct Group {
  explicit Group(std::string_view description = "{}") {
    state.name = "g";
    describe(description);
  }

  void describe(std::string_view text) {
    auto parsed = parse_group_description(text);
    REQUIRE(parsed);
    state.description = std::make_shared<const GroupDescription>(std::move(parsed->description));
  }

  /// Empty when the command was accepted.
  std::optional<GroupError> run(const GroupCommand& command) {
    const auto events = decide(state, command);
    if (!events) {
      return events.error();
    }
    for (const GroupEvent& event : *events) {
      apply(state, event);
      for (Notice& notice : notices(state, event)) {
        told.push_back(std::move(notice));
      }
    }
    return std::nullopt;
  }

  std::optional<GroupError> join(const std::string& id, std::vector<std::string> permissions,
                                 MemberKind kind = MemberKind::kUser, WallTime at = kNow) {
    command::Join join;
    join.member.id = id;
    join.member.username = "user " + id;
    join.member.kind = kind;
    join.member.permissions = Permissions(permissions);
    join.at = at;
    return run(join);
  }

  std::optional<GroupError> leave(const std::string& id) {
    return run(command::Leave{id, false, kNow});
  }

  std::optional<GroupError> chat(const std::string& from, const std::string& text,
                                 WallTime at = kNow) {
    command::Say say;
    say.actor = from;
    say.fresh_id = "fresh" + text;
    say.value = text;
    say.at = at;
    return run(say);
  }

  std::optional<GroupError> offer(const std::string& publisher, const std::string& id,
                                  const std::string& replaces = "") {
    return run(command::OfferStream{{publisher, id, "camera", UpStreamId(++last_media)}, replaces});
  }

  std::vector<std::string> kicked() const {
    std::vector<std::string> out;
    for (const Notice& notice : told) {
      if (std::holds_alternative<KickedNotice>(notice.content)) {
        out.push_back(notice.audience.id);
      }
    }
    return out;
  }

  std::vector<std::string> history(WallTime now = kNow) const {
    std::vector<std::string> out;
    for (const HistoryEntry& entry : recent_history(state, now)) {
      out.push_back(*entry.value.as_string());
    }
    return out;
  }

  GroupState state;
  std::vector<Notice> told;
  std::uint64_t last_media = 0;
};

JsonValue json(std::string_view text) { return *parse_json(text); }

const std::vector<std::string> kOperator{"op", "present", "message"};
const std::vector<std::string> kGuest{"present", "message"};

}  // namespace

TEST_CASE("each action needs its permission and nothing but it") {
  struct Action {
    const char* name;
    GroupCommand command;
    std::string needed;  // empty: none
  };
  command::Say chat;
  chat.actor = "actor";
  command::Say caption = chat;
  caption.kind = "caption";
  command::Say user_message = chat;
  user_message.type = TalkKind::kUserMessage;
  user_message.kind = "error";
  std::vector<Action> actions = {
      {"chat", chat, "message"},
      {"caption", caption, "caption"},
      {"user message", user_message, "message"},
      {"kick", command::Kick{"actor", "other", ""}, "op"},
      {"identify", command::Identify{"actor", "other"}, "op"},
      {"own data", command::SetUserData{"actor", "actor", json("{}")}, ""},
      {"clear chat", command::ClearChat{"actor", {}}, "op"},
      {"lock", command::Lock{"actor", ""}, "op"},
      {"unlock", command::Unlock{"actor"}, "op"},
      {"group data", command::SetGroupData{"actor", json("{}")}, "op"},
      {"publish", command::OfferStream{{"actor", "s", "", UpStreamId(1)}, ""}, "present"},
      {"close a stream", command::CloseStream{"actor", "s"}, ""},
  };
  for (const PermissionChange change :
       {PermissionChange::kOp, PermissionChange::kUnop, PermissionChange::kPresent,
        PermissionChange::kUnpresent, PermissionChange::kShutup, PermissionChange::kUnshutup}) {
    actions.push_back({"permissions", command::ChangePermission{"actor", "other", change}, "op"});
  }
  const std::vector<std::string> roles = {"op",      "present", "message",
                                          "observe", "caption", "admin"};
  for (const Action& action : actions) {
    for (const std::string& role : roles) {
      CAPTURE(std::string(action.name));
      CAPTURE(role);
      Group group;
      const Permissions permissions = *permissions_of_role(role);
      REQUIRE_FALSE(group.join("actor", permissions.words()));
      REQUIRE_FALSE(group.join("other", {}));
      const auto error = group.run(action.command);
      const bool allowed = action.needed.empty() || permissions.has(action.needed);
      CHECK(error.has_value() == !allowed);
      if (error) {
        CHECK(error->kind == Kind::kNotAuthorised);
      }
    }
    Group nobody;
    const auto error = nobody.run(action.command);
    const bool harmless = std::holds_alternative<command::CloseStream>(action.command);
    CHECK(error.has_value() == !harmless);
  }
}

TEST_CASE("admission has an order and operators bypass it") {
  const WallTime later = kNow + TimeDelta::seconds(60);
  struct Row {
    const char* description;
    bool locked;
    const char* text;
  };
  const Row rows[] = {
      {R"({"not-before":"2024-01-01T00:00:00Z","max-clients":1})", true, "this group is locked"},
      {R"({"not-before":"2024-01-01T00:00:00Z","expires":"2020-01-01T00:00:00Z"})", false,
       "this group is not open yet"},
      {R"({"expires":"2020-01-01T00:00:00Z","autokick":true})", false, "this group is closed"},
      {R"({"autokick":true,"max-clients":1})", false, "there are no operators in this group"},
      {R"({"max-clients":1})", false, "too many users"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.text));
    Group group;
    REQUIRE_FALSE(group.join("first", kGuest));
    group.describe(row.description);
    if (row.locked) {
      group.state.lock = "";
    }
    const auto error = group.join("guest", kGuest);
    REQUIRE(error);
    CHECK(error->kind == Kind::kRefused);
    CHECK(error->text == row.text);
    CHECK_FALSE(group.join("recorder", {"system"}, MemberKind::kRecorder));
    CHECK_FALSE(group.join("operator", kOperator));
  }
  Group open(R"({"not-before":"2020-01-01T00:00:00Z","expires":"2024-01-01T00:00:00Z",
                 "max-clients":-1})");
  CHECK_FALSE(open.join("a", kGuest));
  CHECK_FALSE(open.join("b", kGuest, MemberKind::kUser, later));
}

TEST_CASE("a lock message is what those turned away read") {
  Group group;
  REQUIRE_FALSE(group.join("op", kOperator));
  REQUIRE_FALSE(group.run(command::Lock{"op", "back at noon"}));
  CHECK(group.join("a", kGuest)->text == "back at noon");
  CHECK(group.run(command::Lock{"op", std::string(kMaxLockMessage + 1, 'x')})->kind ==
        Kind::kRefused);
  REQUIRE_FALSE(group.run(command::Unlock{"op"}));
  CHECK_FALSE(group.join("a", kGuest));
}

TEST_CASE("ids of members are unique, names are not") {
  Group group;
  REQUIRE_FALSE(group.join("a", kGuest));
  CHECK(group.join("a", kOperator)->kind == Kind::kInternal);
  CHECK(group.join("", kOperator)->kind == Kind::kInternal);
  CHECK(group.join(std::string(kMaxMemberId + 1, 'x'), kOperator)->kind == Kind::kInternal);
  command::Join same_name;
  same_name.member.id = "b";
  same_name.member.username = "user a";
  CHECK_FALSE(group.run(same_name));
}

TEST_CASE("a group that redirects admits nobody, but tells who could enter where to go") {
  Group group(R"({"redirect":"https://elsewhere/"})");
  const auto error = group.join("a", kGuest);
  REQUIRE(error);
  CHECK(error->kind == Kind::kRedirect);
  CHECK(error->text == "https://elsewhere/");
  CHECK(group.state.members.empty());
  CHECK(group.told.empty());
}

TEST_CASE("permission changes add and remove as told") {
  struct Row {
    PermissionChange change;
    std::vector<std::string> before;
    std::vector<std::string> after;
    bool recording;
  };
  const Row rows[] = {
      {PermissionChange::kOp, {"message"}, {"message", "op"}, false},
      {PermissionChange::kOp, {"message"}, {"message", "op", "record"}, true},
      {PermissionChange::kUnop, {"op", "record", "token", "caption"}, {"token", "caption"}, true},
      {PermissionChange::kPresent, {}, {"present"}, false},
      {PermissionChange::kUnpresent, {"present", "message"}, {"message"}, false},
      {PermissionChange::kShutup, {"present", "message"}, {"present"}, false},
      {PermissionChange::kUnshutup, {"message"}, {"message"}, false},
  };
  for (const Row& row : rows) {
    Group group(row.recording ? R"({"allow-recording":true})" : "{}");
    REQUIRE_FALSE(group.join("op", kOperator));
    REQUIRE_FALSE(group.join("target", row.before));
    group.told.clear();
    REQUIRE_FALSE(group.run(command::ChangePermission{"op", "target", row.change}));
    CHECK(group.state.member("target")->permissions == Permissions(row.after));
    CHECK(group.state.member("op")->permissions == Permissions(kOperator));
    REQUIRE(group.told.size() == 2);
    CHECK(std::get<StandingNotice>(group.told[0].content).data == GroupDataIncluded::kNo);
    CHECK(group.told[0].audience.id == "target");
    CHECK(std::get<UserNotice>(group.told[1].content).kind == UserNotice::Kind::kChange);
  }
}

TEST_CASE("recorders and WHIP publishers cannot be talked to or promoted, but kicked") {
  Group group;
  REQUIRE_FALSE(group.join("op", kOperator));
  for (const MemberKind kind : {MemberKind::kWhip, MemberKind::kRecorder}) {
    REQUIRE_FALSE(group.join("thing", {"system"}, kind));
    command::Say say;
    say.actor = "op";
    say.dest = "thing";
    CHECK(group.run(say)->text == "this user doesn't chat");
    CHECK(group.run(command::ChangePermission{"op", "thing", PermissionChange::kOp})->text ==
          "this is not a real user");
    CHECK_FALSE(group.run(command::Kick{"op", "thing", ""}));
    REQUIRE_FALSE(group.leave("thing"));
  }
  command::Say lost;
  lost.actor = "op";
  lost.dest = "nobody";
  CHECK(group.run(lost)->text == "user unknown");
  CHECK(group.run(command::Kick{"op", "nobody", ""})->text == "no such user");
  CHECK(group.run(command::ChangePermission{"op", "nobody", PermissionChange::kOp})->text ==
        "no such user");
  CHECK(group.run(command::Identify{"op", "nobody"})->text == "client not found");
}

TEST_CASE("losing the right to present ends one's streams between the two notifications") {
  Group group;
  REQUIRE_FALSE(group.join("op", kOperator));
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.offer("a", "s1"));
  REQUIRE_FALSE(group.offer("a", "s2"));
  REQUIRE_FALSE(group.offer("op", "s1"));
  group.told.clear();
  REQUIRE_FALSE(group.run(command::ChangePermission{"op", "a", PermissionChange::kUnpresent}));
  REQUIRE(group.told.size() == 6);
  CHECK(std::holds_alternative<StandingNotice>(group.told[0].content));
  CHECK(std::get<StreamEndedNotice>(group.told[1].content).stream.id == "s1");
  CHECK(std::get<StreamForbiddenNotice>(group.told[2].content).id == "s1");
  CHECK(std::get<StreamEndedNotice>(group.told[3].content).stream.id == "s2");
  CHECK(std::get<StreamForbiddenNotice>(group.told[4].content).id == "s2");
  CHECK(std::holds_alternative<UserNotice>(group.told[5].content));
  CHECK(group.state.streams.size() == 1);
  CHECK(group.offer("a", "s3")->kind == Kind::kNotAuthorised);
}

TEST_CASE("the history keeps fifty messages, none too old, captions included") {
  Group group(R"({"max-history-age":3600})");
  REQUIRE_FALSE(group.join("a", {"message", "caption"}));
  for (int i = 0; i < 60; ++i) {
    REQUIRE_FALSE(group.chat("a", std::to_string(i), kNow + TimeDelta::seconds(i)));
  }
  CHECK(group.history().size() == kMaxHistoryMessages);
  CHECK(group.history().front() == "10");
  CHECK(group.history(kNow + TimeDelta::seconds(3600 + 58)) ==
        std::vector<std::string>{"58", "59"});
  command::Say private_message;
  private_message.actor = "a";
  private_message.dest = "a";
  private_message.value = "private";
  REQUIRE_FALSE(group.run(private_message));
  command::Say user_message;
  user_message.actor = "a";
  user_message.type = TalkKind::kUserMessage;
  user_message.value = "user message";
  REQUIRE_FALSE(group.run(user_message));
  CHECK(group.history().back() == "59");
  command::Say caption;
  caption.actor = "a";
  caption.kind = "caption";
  caption.value = "caption";
  caption.at = kNow + TimeDelta::seconds(60);
  REQUIRE_FALSE(group.run(caption));
  CHECK(group.history().back() == "caption");
}

TEST_CASE("the history is bounded in bytes") {
  Group group;
  REQUIRE_FALSE(group.join("a", kGuest));
  for (int i = 0; i < 20; ++i) {
    REQUIRE_FALSE(group.chat("a", std::string(200'000, 'x')));
  }
  CHECK(group.history().size() == kMaxHistoryBytes / 200'002);
}

TEST_CASE("a negative age keeps no history") {
  Group group(R"({"max-history-age":-1})");
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.chat("a", "x"));
  CHECK(group.history().empty());
}

TEST_CASE("chat is cleared as a whole, by user, or one message at a time") {
  const auto cleared = [](std::string_view value) {
    Group group;
    REQUIRE_FALSE(group.join("op", kOperator));
    REQUIRE_FALSE(group.join("a", kGuest));
    REQUIRE_FALSE(group.chat("a", "1"));
    REQUIRE_FALSE(group.chat("a", "2"));
    REQUIRE_FALSE(group.chat("op", "3"));
    const auto error = group.run(command::ClearChat{"op", json(value)});
    std::string left = error ? error->text + ":" : "";
    for (const std::string& text : group.history()) {
      left += text;
    }
    return left;
  };
  CHECK(cleared("null").empty());
  CHECK(cleared("{}").empty());
  CHECK(cleared(R"({"userId":"a"})") == "3");
  CHECK(cleared(R"({"userId":"a","id":"fresh1"})") == "23");
  CHECK(cleared(R"({"userId":"op","id":"fresh1"})") == "123");
  CHECK(cleared(R"({"userId":null})").empty());
  for (const std::string bad : {R"({"id":"fresh1"})", R"({"userId":5})", R"("a")", "[]", "true"}) {
    CAPTURE(bad);
    CHECK(cleared(bad) == "bad value in clearchat:123");
  }
}

TEST_CASE("data is merged, null deletes, and its size is bounded") {
  Group group;
  REQUIRE_FALSE(group.join("a", kOperator));
  const auto set = [&](const JsonValue& value) {
    return group.run(command::SetUserData{"a", "a", value});
  };
  REQUIRE_FALSE(set(json(R"({"raisehand":true,"x":[1]})")));
  REQUIRE_FALSE(set(json(R"({"raisehand":null,"y":2})")));
  CHECK(write_json(group.state.member("a")->data) == R"({"x":[1],"y":2})");
  CHECK(set(json("[]"))->text == "bad value in setdata");
  CHECK(set({})->text == "bad value in setdata");
  JsonObject huge;
  huge.add("x", std::string(kMaxUserData, 'x'));
  CHECK(set(huge)->text == "too much user data");
  CHECK(group.run(command::SetUserData{"a", "b", json("{}")})->kind == Kind::kNotAuthorised);

  REQUIRE_FALSE(group.run(command::SetGroupData{"a", json(R"({"k":1})")}));
  REQUIRE_FALSE(group.run(command::SetGroupData{"a", json(R"({"l":2,"k":null})")}));
  CHECK(write_json(group.state.data) == R"({"l":2})");
  CHECK(group.run(command::SetGroupData{"a", json("1")})->text == "bad value in setdata");
  huge.set("x", std::string(kMaxGroupData, 'x'));
  CHECK(group.run(command::SetGroupData{"a", huge})->text == "too much group data");
}

TEST_CASE("autolock locks at once and again when the last operator leaves") {
  Group group(R"({"autolock":true})");
  REQUIRE_FALSE(group.run(command::Sweep{}));
  CHECK(group.state.lock == "");
  REQUIRE_FALSE(group.join("op", kOperator));
  CHECK(group.state.lock);
  REQUIRE_FALSE(group.run(command::Unlock{"op"}));
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.run(command::Sweep{}));
  CHECK_FALSE(group.state.lock);
  REQUIRE_FALSE(group.leave("op"));
  CHECK(group.state.lock);
}

TEST_CASE("unop of the last operator locks only at the next access") {
  Group group(R"({"autolock":true,"autokick":true})");
  REQUIRE_FALSE(group.join("op", kOperator));
  REQUIRE_FALSE(group.run(command::ChangePermission{"op", "op", PermissionChange::kUnop}));
  CHECK_FALSE(group.state.lock);
  CHECK(group.kicked().empty());
  REQUIRE_FALSE(group.run(command::Sweep{}));
  CHECK(group.state.lock);
  CHECK(group.kicked() == std::vector<std::string>{"op"});
}

TEST_CASE("autokick shows everybody out when the last operator leaves") {
  Group group(R"({"autokick":true})");
  REQUIRE_FALSE(group.join("op", kOperator));
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.join("r", {"system"}, MemberKind::kRecorder));
  REQUIRE_FALSE(group.leave("a"));
  CHECK(group.kicked().empty());
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.leave("op"));
  CHECK(group.kicked() == std::vector<std::string>{"a", "r"});
}

TEST_CASE("a member offers a bounded number of streams with ids of its own") {
  Group group;
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.join("b", kGuest));
  for (std::size_t i = 0; i < kMaxStreamsPerMember; ++i) {
    REQUIRE_FALSE(group.offer("a", std::to_string(i)));
  }
  CHECK(group.offer("a", "more")->text == "too many streams");
  CHECK_FALSE(group.offer("a", "0"));  // renegotiation
  CHECK_FALSE(group.offer("b", "0"));
  CHECK(group.offer("b", std::string(kMaxStreamId + 1, 'x'))->kind == Kind::kRefused);
  CHECK_FALSE(group.offer("a", "more", "0"));
  CHECK(group.state.streams_of("a").size() == kMaxStreamsPerMember);
}

TEST_CASE("only one's own streams can be replaced") {
  Group group;
  REQUIRE_FALSE(group.join("a", kGuest));
  REQUIRE_FALSE(group.join("b", kGuest));
  REQUIRE_FALSE(group.offer("a", "s"));
  REQUIRE_FALSE(group.offer("b", "t", "s"));
  CHECK(group.state.stream("a", "s") != nullptr);
  CHECK(std::get<StreamOfferedNotice>(group.told.back().content).replaces.empty());
  REQUIRE_FALSE(group.offer("b", "u", "t"));
  CHECK(group.state.stream("b", "t") == nullptr);
  CHECK(std::get<StreamOfferedNotice>(group.told.back().content).replaces == "t");
  REQUIRE_FALSE(group.offer("b", "u", "u"));
  CHECK(group.state.stream("b", "u") != nullptr);
}

TEST_CASE("closing down locks the group and shows everybody out") {
  Group group;
  REQUIRE_FALSE(group.join("a", kOperator));
  REQUIRE_FALSE(group.join("b", kGuest));
  REQUIRE_FALSE(group.run(command::CloseDown{"server is shutting down"}));
  CHECK(group.state.lock == "server is shutting down");
  CHECK(group.kicked() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("applying the same events gives the same state") {
  Group group;
  REQUIRE_FALSE(group.join("a", kOperator));
  GroupState copy = group.state;
  const GroupCommand commands[] = {
      command::Lock{"a", "m"}, command::SetGroupData{"a", json("{\"k\":1}")},
      command::OfferStream{{"a", "s", "l", UpStreamId(7)}, ""}, command::Leave{"a", true, kNow}};
  for (const GroupCommand& command : commands) {
    const auto events = decide(copy, command);
    REQUIRE(events);
    for (const GroupEvent& event : *events) {
      apply(copy, event);
    }
    REQUIRE_FALSE(group.run(command));
  }
  CHECK(copy.lock == group.state.lock);
  CHECK(copy.data == group.state.data);
  CHECK(copy.members.size() == group.state.members.size());
  CHECK(copy.streams.empty());
}
