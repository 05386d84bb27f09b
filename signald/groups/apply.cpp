#include <algorithm>

#include "common/check/check.h"
#include "signald/groups/decide.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {

namespace {

void remove_streams(GroupState& state, const std::vector<OfferedStream>& streams) {
  for (const OfferedStream& gone : streams) {
    std::erase_if(state.streams, [&](const OfferedStream& stream) {
      return stream.publisher == gone.publisher && stream.id == gone.id;
    });
  }
}

Member& member_of(GroupState& state, const std::string& id) {
  const auto it = state.members.find(id);
  check(it != state.members.end());
  return it->second;
}

void apply_to(GroupState& state, const MemberJoined& event) {
  state.members[event.member.id] = event.member;
  state.last_change = event.at;
}

void apply_to(GroupState& state, const MemberLeft& event) {
  remove_streams(state, event.streams);
  state.members.erase(event.id);
  state.last_change = event.at;
}

void apply_to(GroupState& state, const PermissionsChanged& event) {
  member_of(state, event.id).permissions = event.permissions;
  remove_streams(state, event.closed);
}

void apply_to(GroupState& state, const UserDataChanged& event) {
  member_of(state, event.id).data = event.data;
}

void apply_to(GroupState& state, const Said& event) {
  const Talk& talk = event.talk;
  if (talk.type != TalkKind::kChat || !talk.dest.empty()) {
    return;
  }
  const std::size_t bytes = write_json(talk.value).size();
  state.history.push_back(
      {talk.id, talk.source, talk.username, talk.time, talk.kind, talk.value, bytes});
  std::size_t total = 0;
  for (const HistoryEntry& entry : state.history) {
    total += entry.bytes;
  }
  while (state.history.size() > kMaxHistoryMessages ||
         (total > kMaxHistoryBytes && !state.history.empty())) {
    total -= state.history.front().bytes;
    state.history.pop_front();
  }
}

void apply_to(GroupState& state, const ChatCleared& event) {
  std::erase_if(state.history, [&](const HistoryEntry& entry) {
    const bool of_user = event.user_id.empty() || entry.source == event.user_id;
    return of_user && (event.id.empty() || entry.id == event.id);
  });
}

void apply_to(GroupState& state, const Locked& event) { state.lock = event.message; }

void apply_to(GroupState& state, const Unlocked& /*event*/) { state.lock.reset(); }

void apply_to(GroupState& state, const GroupDataChanged& event) { state.data = event.data; }

void apply_to(GroupState& state, const StreamOffered& event) {
  const std::string& publisher = event.stream.publisher;
  if (!event.replaces.empty()) {
    std::erase_if(state.streams, [&](const OfferedStream& stream) {
      return stream.publisher == publisher && stream.id == event.replaces;
    });
  }
  if (state.stream(publisher, event.stream.id) == nullptr) {
    state.streams.push_back(event.stream);
  }
}

void apply_to(GroupState& state, const StreamClosed& event) {
  remove_streams(state, {event.stream});
}

// These two change nothing by themselves: whoever is kicked leaves with an event of its own.
void apply_to(GroupState& /*state*/, const MembersKicked& /*event*/) {}
void apply_to(GroupState& /*state*/, const MemberIdentified& /*event*/) {}

void apply_to(GroupState& state, const DescriptionChanged& event) {
  state.description = event.description;
}

}  // namespace

void apply(GroupState& state, const GroupEvent& event) {
  std::visit([&](const auto& happened) { apply_to(state, happened); }, event);
}

std::vector<HistoryEntry> recent_history(const GroupState& state, WallTime now) {
  const WallTime oldest = now + -state.description->history_age();
  auto first = std::find_if(state.history.begin(), state.history.end(),
                            [&](const HistoryEntry& entry) { return entry.time >= oldest; });
  return {first, state.history.end()};
}

}  // namespace halcyon::signald
