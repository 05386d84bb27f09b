#pragma once

#include <memory>
#include <string>
#include <variant>

#include "signald/groups/group_event.h"
#include "signald/groups/group_state.h"

namespace halcyon::signald {

// Bounds on what members may put into a group's state. Generous: browsers stay far below them.
inline constexpr std::size_t kMaxMemberId = 256;
inline constexpr std::size_t kMaxMessageId = 256;
inline constexpr std::size_t kMaxStreamId = 256;
inline constexpr std::size_t kMaxStreamLabel = 256;
inline constexpr std::size_t kMaxStreamsPerMember = 64;
inline constexpr std::size_t kMaxMembers = 100'000;
/// Of the object as text.
inline constexpr std::size_t kMaxUserData = 16u << 10;
inline constexpr std::size_t kMaxGroupData = 256u << 10;
inline constexpr std::size_t kMaxLockMessage = 4096;

enum class PermissionChange { kOp, kUnop, kPresent, kUnpresent, kShutup, kUnshutup };

/// What somebody wants to happen in a group. `actor` is the id of the member who wants it.
namespace command {

struct Join {
  Member member;
  WallTime at;
};

struct Leave {
  std::string id;
  bool asked_to = false;
  WallTime at;
};

/// Chat and user messages; source, user name and privilege are filled in.
struct Say {
  std::string actor;
  TalkKind type = TalkKind::kChat;
  std::string kind;
  std::string id;
  std::string fresh_id;  // random; taken for a chat message to everybody that has no id
  std::string dest;
  bool no_echo = false;
  JsonValue value;
  WallTime at;
};

struct ChangePermission {
  std::string actor;
  std::string target;
  PermissionChange change = PermissionChange::kOp;
};

struct Kick {
  std::string actor;
  std::string target;
  std::string message;  // empty: a default
};

struct Identify {
  std::string actor;
  std::string target;
};

struct SetUserData {
  std::string actor;
  std::string target;
  JsonValue value;
};

struct ClearChat {
  std::string actor;
  JsonValue value;
};

struct Lock {
  std::string actor;
  std::string message;
};

struct Unlock {
  std::string actor;
};

struct SetGroupData {
  std::string actor;
  JsonValue value;
};

struct OfferStream {
  OfferedStream stream;
  std::string replaces;
};

struct CloseStream {
  std::string publisher;
  std::string id;
};

// From the server itself, always allowed.

struct ChangeDescription {
  std::shared_ptr<const GroupDescription> description;
};

/// Locks and kicks that are due because no operator is present.
struct Sweep {};

struct CloseDown {
  std::string message;  // for those who are in and for those who come
};

}  // namespace command

using GroupCommand =
    std::variant<command::Join, command::Leave, command::Say, command::ChangePermission,
                 command::Kick, command::Identify, command::SetUserData, command::ClearChat,
                 command::Lock, command::Unlock, command::SetGroupData, command::OfferStream,
                 command::CloseStream, command::ChangeDescription, command::Sweep,
                 command::CloseDown>;

}  // namespace halcyon::signald
