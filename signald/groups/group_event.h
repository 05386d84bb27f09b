#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "signald/groups/group_state.h"

namespace halcyon::signald {

// What happens to a group, in the past tense: complete, so that applying it needs nothing but the
// state.

struct MemberJoined {
  Member member;
  WallTime at;
};

struct MemberLeft {
  std::string id;
  std::string username;
  bool asked_to = false;  // by a message of its own that wants a reply
  std::vector<OfferedStream> streams;
  WallTime at;
};

struct PermissionsChanged {
  std::string id;
  Permissions permissions;
  std::vector<OfferedStream> closed;  // what its owner may no longer offer
};

struct UserDataChanged {
  std::string id;
  JsonObject data;  // all of it
};

enum class TalkKind { kChat, kUserMessage };

/// A message from member to member.
struct Talk {
  TalkKind type = TalkKind::kChat;
  std::string kind;
  std::string id;
  std::string source;
  std::string username;
  std::string dest;  // empty: everybody
  bool privileged = false;
  bool no_echo = false;
  WallTime time;
  JsonValue value;
};

struct Said {
  Talk talk;
};

struct ChatCleared {
  std::string user_id;  // empty: everybody's
  std::string id;       // empty: all messages
  JsonValue value;      // as asked
};

struct Locked {
  std::string message;
};

struct Unlocked {};

struct GroupDataChanged {
  JsonObject data;  // all of it
};

struct StreamOffered {
  OfferedStream stream;
  std::string replaces;  // id of another stream of the same publisher, which ends; may be empty
};

struct StreamClosed {
  OfferedStream stream;
};

/// These members have to leave; each leaves with an event of its own.
struct MembersKicked {
  std::vector<std::string> ids;
  std::string by_id;  // empty: the server
  std::string by_username;
  std::string message;
};

struct MemberIdentified {
  std::string asked_by;
  std::string id;
};

struct DescriptionChanged {
  std::shared_ptr<const GroupDescription> description;
};

using GroupEvent = std::variant<MemberJoined, MemberLeft, PermissionsChanged, UserDataChanged, Said,
                                ChatCleared, Locked, Unlocked, GroupDataChanged, StreamOffered,
                                StreamClosed, MembersKicked, MemberIdentified, DescriptionChanged>;

}  // namespace halcyon::signald
