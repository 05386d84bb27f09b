#include <utility>
#include <vector>

#include "signald/groups/group_status.h"
#include "signald/session/server_message.h"
#include "signald/session/signalling_server.h"

namespace halcyon::signald {

void SignallingServer::deliver(const GroupState& state, const Notice& notice) {
  std::visit([&](const auto& content) { deliver_content(state, notice.audience, content); },
             notice.content);
}

void SignallingServer::send_to_member(std::string_view group, std::string_view member,
                                      std::string json) {
  if (const ClientSession* session = find_member(group, member)) {
    send(*session, std::move(json));
  }
}

void SignallingServer::ask_for_offer(const std::string& group, const std::string& publisher,
                                     const std::string& stream) {
  if (find_member(group, publisher) != nullptr) {
    send_to_member(group, publisher, renegotiate_message(stream));
  } else if (publishers_ != nullptr) {
    publishers_->end_publication(group, publisher, "its transport has failed");
  }
}

void SignallingServer::send_to_audience(const GroupState& state, const Audience& audience,
                                        const std::string& json) {
  if (audience.kind == Audience::Kind::kOnly) {
    send_to_member(state.name, audience.id, json);
    return;
  }
  const auto in = members_.find(state.name);
  if (in == members_.end()) {
    return;
  }
  for (const auto& [member, connection] : in->second) {
    // Who has asked to leave is still connected, yet hears no more of the group.
    if (audience.includes(member) && state.member(member) != nullptr) {
      ++counters_.messages_sent;
      parts_.sink.send_text(connection, json);
    }
  }
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const StandingNotice& notice) {
  static constexpr std::string_view kKinds[] = {"join", "change", "leave"};
  JoinedMessage joined;
  joined.kind = kKinds[static_cast<std::size_t>(notice.kind)];
  joined.group = state.name;
  joined.status = member_status(state, can_change_password());
  joined.rtc_configuration = parts_.rtc.rtc_configuration(now_);
  if (notice.data == GroupDataIncluded::kYes) {
    joined.data = state.data;
  }
  const auto tell = [&](const std::string& member) {
    const ClientSession* session = find_member(state.name, member);
    if (session == nullptr) {
      return;
    }
    const Member* standing = state.member(member);
    joined.username = session->username;
    joined.permissions = standing == nullptr ? Permissions() : standing->permissions;
    send(*session, joined_message(joined));
  };
  if (audience.kind == Audience::Kind::kOnly) {
    tell(audience.id);
    return;
  }
  for (const auto& [member, whoever] : state.members) {
    if (audience.includes(member)) {
      tell(member);
    }
  }
}

bool SignallingServer::can_change_password() {
  const auto config = parts_.config.current();
  return config && (*config)->writable_groups;
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const HistoryNotice& notice) {
  send_to_audience(state, audience, history_message(notice.entry));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const UserNotice& notice) {
  send_to_audience(state, audience, user_message(notice));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const TalkNotice& notice) {
  send_to_audience(state, audience, talk_message(notice.talk));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const ChatClearedNotice& notice) {
  send_to_audience(state, audience, chat_cleared_message(notice.value));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const UserInfoNotice& notice) {
  send_to_audience(state, audience, user_info_message(notice));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const WarningNotice& notice) {
  send_to_audience(state, audience, warning_message(audience.id, notice.text));
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const KickedNotice& notice) {
  if (ClientSession* session = find_member(state.name, audience.id)) {
    end(*session, kicked_message(audience.id, notice), close_code::kNormal, notice.text);
    return;
  }
  const Member* member = state.member(audience.id);
  if (member == nullptr) return;
  // The member may be gone when either returns.
  if (member->kind == MemberKind::kRecorder && parts_.recorder != nullptr) {
    parts_.recorder->stop(state.name, audience.id, now_);
  } else if (member->kind == MemberKind::kWhip && publishers_ != nullptr) {
    publishers_->end_publication(state.name, audience.id, notice.text);
  }
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& /*audience*/,
                                       const StreamOfferedNotice& notice) {
  const Member* publisher = state.member(notice.stream.publisher);
  if (publisher != nullptr) {
    streams_.offered(state.name, notice.stream, publisher->username, notice.replaces, now_.now);
  }
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& /*audience*/,
                                       const StreamEndedNotice& notice) {
  streams_.ended(state.name, notice.stream);
}

void SignallingServer::deliver_content(const GroupState& state, const Audience& audience,
                                       const StreamForbiddenNotice& notice) {
  send_to_audience(state, audience, abort_message(notice.id));
  send_to_audience(state, audience, error_message(audience.id, "permission denied"));
}

}  // namespace halcyon::signald
