#include "signald/groups/notices.h"

#include <utility>

#include "signald/groups/decide.h"

namespace halcyon::signald {

namespace {

using Notices = std::vector<Notice>;

template <class Content>
void tell(Notices& out, Audience audience, Content content) {
  out.push_back({std::move(audience), std::move(content)});
}

UserNotice user_notice(UserNotice::Kind kind, const Member& member) {
  return {kind, member.id, member.username, member.permissions, member.data};
}

Notices notices_of(const GroupState& state, const MemberJoined& event) {
  Notices out;
  const std::string& id = event.member.id;
  tell(out, Audience::only(id), StandingNotice{StandingNotice::Kind::kJoin});
  for (const HistoryEntry& entry : recent_history(state, event.at)) {
    tell(out, Audience::only(id), HistoryNotice{entry});
  }
  tell(out, Audience::all(), user_notice(UserNotice::Kind::kAdd, event.member));
  for (const auto& [other_id, other] : state.members) {
    if (other_id != id) {
      tell(out, Audience::only(id), user_notice(UserNotice::Kind::kAdd, other));
    }
  }
  return out;
}

Notices notices_of(const GroupState& /*state*/, const MemberLeft& event) {
  Notices out;
  for (const OfferedStream& stream : event.streams) {
    tell(out, Audience::all_but(event.id), StreamEndedNotice{stream});
  }
  if (event.asked_to) {
    tell(out, Audience::only(event.id), StandingNotice{StandingNotice::Kind::kLeave});
  }
  UserNotice gone;
  gone.kind = UserNotice::Kind::kDelete;
  gone.id = event.id;
  gone.username = event.username;
  tell(out, Audience::all_but(event.id), std::move(gone));
  return out;
}

Notices notices_of(const GroupState& state, const PermissionsChanged& event) {
  Notices out;
  tell(out, Audience::only(event.id),
       StandingNotice{StandingNotice::Kind::kChange, GroupDataIncluded::kNo});
  for (const OfferedStream& stream : event.closed) {
    tell(out, Audience::all_but(event.id), StreamEndedNotice{stream});
    tell(out, Audience::only(event.id), StreamForbiddenNotice{stream.id});
  }
  if (const Member* member = state.member(event.id)) {
    tell(out, Audience::all(), user_notice(UserNotice::Kind::kChange, *member));
  }
  return out;
}

Notices notices_of(const GroupState& state, const UserDataChanged& event) {
  Notices out;
  if (const Member* member = state.member(event.id)) {
    tell(out, Audience::all(), user_notice(UserNotice::Kind::kChange, *member));
  }
  return out;
}

Notices notices_of(const GroupState& /*state*/, const Said& event) {
  Notices out;
  const Talk& talk = event.talk;
  if (!talk.dest.empty()) {
    tell(out, Audience::only(talk.dest), TalkNotice{talk});
  } else if (talk.no_echo) {
    tell(out, Audience::all_but(talk.source), TalkNotice{talk});
  } else {
    tell(out, Audience::all(), TalkNotice{talk});
  }
  return out;
}

Notices notices_of(const GroupState& /*state*/, const ChatCleared& event) {
  Notices out;
  tell(out, Audience::all(), ChatClearedNotice{event.value});
  return out;
}

Notices standing_of_all() {
  Notices out;
  tell(out, Audience::all(), StandingNotice{});
  return out;
}

Notices notices_of(const GroupState& /*state*/, const Locked& /*event*/) {
  return standing_of_all();
}
Notices notices_of(const GroupState& /*state*/, const Unlocked& /*event*/) {
  return standing_of_all();
}
Notices notices_of(const GroupState& /*state*/, const GroupDataChanged& /*event*/) {
  return standing_of_all();
}
Notices notices_of(const GroupState& /*state*/, const DescriptionChanged& /*event*/) {
  return standing_of_all();
}

Notices notices_of(const GroupState& /*state*/, const StreamOffered& event) {
  Notices out;
  tell(out, Audience::all_but(event.stream.publisher),
       StreamOfferedNotice{event.stream, event.replaces});
  return out;
}

Notices notices_of(const GroupState& /*state*/, const StreamClosed& event) {
  Notices out;
  tell(out, Audience::all_but(event.stream.publisher), StreamEndedNotice{event.stream});
  return out;
}

Notices notices_of(const GroupState& /*state*/, const MembersKicked& event) {
  Notices out;
  for (const std::string& id : event.ids) {
    tell(out, Audience::only(id), KickedNotice{event.by_id, event.by_username, event.message});
  }
  return out;
}

Notices notices_of(const GroupState& state, const MemberIdentified& event) {
  Notices out;
  const Member* asker = state.member(event.asked_by);
  const Member* target = state.member(event.id);
  if (asker == nullptr || target == nullptr) {
    return out;
  }
  if (target->kind == MemberKind::kUser) {
    const std::string name = asker->username.empty() ? "an anonymous operator" : asker->username;
    tell(out, Audience::only(event.id),
         WarningNotice{"your IP address has been communicated to " + name});
  }
  tell(out, Audience::only(event.asked_by),
       UserInfoNotice{event.id, target->username, target->address});
  return out;
}

}  // namespace

std::vector<Notice> notices(const GroupState& state, const GroupEvent& event) {
  return std::visit([&](const auto& happened) { return notices_of(state, happened); }, event);
}

}  // namespace halcyon::signald
