#pragma once

#include <string>
#include <variant>
#include <vector>

#include "signald/groups/group_event.h"
#include "signald/groups/group_state.h"

namespace halcyon::signald {

/// Members who are to be told something.
struct Audience {
  enum class Kind { kAll, kAllBut, kOnly };
  Kind kind = Kind::kAll;
  std::string id;

  static Audience all() { return {}; }
  static Audience all_but(std::string id) { return {Kind::kAllBut, std::move(id)}; }
  static Audience only(std::string id) { return {Kind::kOnly, std::move(id)}; }
  bool includes(std::string_view member) const {
    return kind == Kind::kAll || (kind == Kind::kOnly) == (id == member);
  }
};

enum class GroupDataIncluded : bool { kNo, kYes };

/// The recipient's own standing, and the group's: `joined` messages.
struct StandingNotice {
  enum class Kind { kJoin, kChange, kLeave };
  Kind kind = Kind::kChange;
  GroupDataIncluded data = GroupDataIncluded::kYes;
};

struct HistoryNotice {
  HistoryEntry entry;
};

struct UserNotice {
  enum class Kind { kAdd, kChange, kDelete };
  Kind kind = Kind::kAdd;
  std::string id;
  std::string username;
  Permissions permissions;
  JsonObject data;
};

struct TalkNotice {
  Talk talk;
};

struct ChatClearedNotice {
  JsonValue value;
};

struct UserInfoNotice {
  std::string id;
  std::string username;
  std::string address;
};

struct WarningNotice {
  std::string text;
};

/// The recipients have to be shown out.
struct KickedNotice {
  std::string by_id;
  std::string by_username;
  std::string text;
};

struct StreamOfferedNotice {
  OfferedStream stream;
  std::string replaces;
};

struct StreamEndedNotice {
  OfferedStream stream;
};

/// To the publisher of a stream that may no longer be offered.
struct StreamForbiddenNotice {
  std::string id;
};

using NoticeContent = std::variant<StandingNotice, HistoryNotice, UserNotice, TalkNotice,
                                   ChatClearedNotice, UserInfoNotice, WarningNotice, KickedNotice,
                                   StreamOfferedNotice, StreamEndedNotice, StreamForbiddenNotice>;

struct Notice {
  Audience audience;
  NoticeContent content;
};

/// Who must be told what about an event, in order. `state` is that after the event.
std::vector<Notice> notices(const GroupState& state, const GroupEvent& event);

}  // namespace halcyon::signald
