#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/units/time.h"
#include "signald/auth/permissions.h"
#include "signald/groups/group_description.h"
#include "signald/json/json_value.h"
#include "signald/stream/media_plane.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxHistoryMessages = 50;
/// Of the values in a group's history together: what a newcomer must be sent at most.
inline constexpr std::size_t kMaxHistoryBytes = 1u << 20;

enum class MemberKind {
  kUser,      // came over the WebSocket
  kWhip,      // publishes over HTTP, cannot be talked to
  kRecorder,  // records, cannot be talked to
};

/// Somebody in a group. The id is the client's own choice and unique in the group.
struct Member {
  std::string id;
  std::string username;
  MemberKind kind = MemberKind::kUser;
  Permissions permissions;
  JsonObject data;
  std::string address;  // "192.0.2.1:5000", for operators who ask; may be empty
};

/// A stream that a member offers to the others. Ids are the publisher's choice and unique per
/// publisher only.
struct OfferedStream {
  std::string publisher;
  std::string id;
  std::string label;
  UpStreamId media;
};

/// A chat message that newcomers are told.
struct HistoryEntry {
  std::string id;
  std::string source;
  std::string username;
  WallTime time;
  std::string kind;
  JsonValue value;
  std::size_t bytes = 0;  // of the value as text
};

/// Everything there is to know about a group. Changed by apply() only, so that several hosts which
/// apply the same events in the same order agree. Nothing in it refers to a connection or to a
/// host.
struct GroupState {
  std::string name;
  // Shared because readers keep a description while the group gets a newer one.
  std::shared_ptr<const GroupDescription> description;
  std::map<std::string, Member, std::less<>> members;
  std::optional<std::string> lock;  // the message for those turned away
  std::deque<HistoryEntry> history;
  JsonObject data;
  std::vector<OfferedStream> streams;
  WallTime last_change;  // creation, last join or last departure

  const Member* member(std::string_view id) const;
  bool has_operator() const;
  /// Ids of the members that record.
  std::vector<std::string> recorders() const;
  const OfferedStream* stream(std::string_view publisher, std::string_view id) const;
  std::vector<OfferedStream> streams_of(std::string_view publisher) const;
};

}  // namespace halcyon::signald
