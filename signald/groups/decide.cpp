#include "signald/groups/decide.h"

#include <utility>

#include "signald/json/json_writer.h"

namespace halcyon::signald {

namespace {

using Kind = GroupError::Kind;
using Events = std::vector<GroupEvent>;
using Decision = Result<Events, GroupError>;

tl::unexpected<GroupError> refuse(Kind kind, std::string text) {
  return tl::unexpected<GroupError>(GroupError{kind, std::move(text)});
}

tl::unexpected<GroupError> not_authorised() {
  return refuse(Kind::kNotAuthorised, "not authorised");
}

template <class Event>
Events one(Event event) {
  Events events;
  events.emplace_back(std::move(event));
  return events;
}

/// The actor, who has the permission; empty: none needed.
Result<const Member*, GroupError> actor(const GroupState& state, const std::string& id,
                                        std::string_view permission) {
  const Member* member = state.member(id);
  if (member == nullptr) {
    return refuse(Kind::kNotMember, "join a group first");
  }
  if (!permission.empty() && !member->permissions.has(permission)) {
    return not_authorised();
  }
  return member;
}

/// Whether somebody with `op` is there, apart from the member with this id.
bool has_other_operator(const GroupState& state, std::string_view but) {
  for (const auto& [id, member] : state.members) {
    if (id != but && member.permissions.has(permission::kOp)) {
      return true;
    }
  }
  return false;
}

/// Locks and kicks that fall due when the member `gone` (may be empty) is no longer counted.
void append_sweep(const GroupState& state, std::string_view gone, Events& events) {
  const GroupDescription& description = *state.description;
  if ((!description.autolock && !description.autokick) || has_other_operator(state, gone)) {
    return;
  }
  if (description.autolock && !state.lock) {
    events.emplace_back(Locked{});
  }
  if (!description.autokick) {
    return;
  }
  MembersKicked kicked;
  for (const auto& [id, member] : state.members) {
    if (id != gone) {
      kicked.ids.push_back(id);
    }
  }
  if (!kicked.ids.empty()) {
    kicked.message = "there are no operators in this group";
    events.emplace_back(std::move(kicked));
  }
}

/// Merges `changes` into `data`; null deletes.
JsonObject merged(JsonObject data, const JsonObject& changes) {
  for (const JsonMember& change : changes) {
    if (change.value.is_null()) {
      data.erase(change.key);
    } else {
      data.set(change.key, change.value);
    }
  }
  return data;
}

bool fits(const JsonObject& data, std::size_t limit) { return write_json(data).size() <= limit; }

// --------------------------------------------------------------------------------------------------------------------

std::optional<GroupError> admission_error(const GroupState& state, WallTime at) {
  const GroupDescription& description = *state.description;
  const auto refused = [](std::string text) { return GroupError{Kind::kRefused, std::move(text)}; };
  if (state.lock) {
    return refused(state.lock->empty() ? "this group is locked" : *state.lock);
  }
  if (description.not_before && at < description.not_before->at) {
    return refused("this group is not open yet");
  }
  if (description.expires && at > description.expires->at) {
    return refused("this group is closed");
  }
  if (description.autokick && !state.has_operator()) {
    return refused("there are no operators in this group");
  }
  const auto count = static_cast<std::int64_t>(state.members.size());
  if (description.max_clients > 0 && count >= description.max_clients) {
    return refused("too many users");
  }
  return std::nullopt;
}

Decision decide_on(const GroupState& state, const command::Join& join) {
  const Member& member = join.member;
  const bool bypass =
      member.kind == MemberKind::kRecorder || member.permissions.has(permission::kOp);
  if (!bypass) {
    if (auto error = admission_error(state, join.at)) {
      return tl::unexpected<GroupError>(std::move(*error));
    }
  }
  if (member.id.empty() || member.id.size() > kMaxMemberId) {
    return refuse(Kind::kInternal, "the client's id is empty or too long");
  }
  if (state.member(member.id) != nullptr) {
    return refuse(Kind::kInternal, "the client's id is in use in the group");
  }
  if (state.members.size() >= kMaxMembers) {
    return refuse(Kind::kRefused, "too many users");
  }
  if (!fits(member.data, kMaxUserData)) {
    return refuse(Kind::kRefused, "too much user data");
  }
  if (!state.description->redirect.empty()) {
    return refuse(Kind::kRedirect, state.description->redirect);
  }
  return one(MemberJoined{member, join.at});
}

Decision decide_on(const GroupState& state, const command::Leave& leave) {
  const auto member = actor(state, leave.id, "");
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  Events events = one(MemberLeft{leave.id, (*member)->username, leave.asked_to,
                                 state.streams_of(leave.id), leave.at});
  append_sweep(state, leave.id, events);
  return events;
}

Decision decide_on(const GroupState& state, const command::Say& say) {
  const bool is_chat = say.type == TalkKind::kChat;
  const std::string_view needed =
      is_chat && say.kind == "caption" ? permission::kCaption : permission::kMessage;
  const auto member = actor(state, say.actor, needed);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  if (say.id.size() > kMaxMessageId || say.kind.size() > kMaxMessageId) {
    return refuse(Kind::kRefused, "bad value in message");
  }
  Talk talk;
  talk.type = say.type;
  talk.kind = say.kind;
  talk.id = say.id;
  talk.source = say.actor;
  talk.username = (*member)->username;
  talk.dest = say.dest;
  talk.privileged = (*member)->permissions.has(permission::kOp);
  talk.no_echo = say.no_echo;
  talk.time = say.at;
  talk.value = say.value;
  if (!say.dest.empty()) {
    const Member* target = state.member(say.dest);
    if (target == nullptr) {
      return refuse(Kind::kRefused, "user unknown");
    }
    if (target->kind != MemberKind::kUser) {
      return refuse(Kind::kRefused, "this user doesn't chat");
    }
  } else if (is_chat && talk.id.empty()) {
    talk.id = say.fresh_id;
  }
  return one(Said{std::move(talk)});
}

Permissions changed(Permissions permissions, PermissionChange change, bool recording) {
  switch (change) {
    case PermissionChange::kOp:
      permissions.add(permission::kOp);
      if (recording) {
        permissions.add(permission::kRecord);
      }
      break;
    case PermissionChange::kUnop:
      permissions.remove(permission::kOp);
      permissions.remove(permission::kRecord);
      break;
    case PermissionChange::kPresent:
      permissions.add(permission::kPresent);
      break;
    case PermissionChange::kUnpresent:
      permissions.remove(permission::kPresent);
      break;
    case PermissionChange::kShutup:
      permissions.remove(permission::kMessage);
      break;
    case PermissionChange::kUnshutup:
      permissions.add(permission::kMessage);
      break;
  }
  return permissions;
}

Decision decide_on(const GroupState& state, const command::ChangePermission& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  const Member* target = state.member(wish.target);
  if (target == nullptr) {
    return refuse(Kind::kRefused, "no such user");
  }
  if (target->kind != MemberKind::kUser) {
    return refuse(Kind::kRefused, "this is not a real user");
  }
  PermissionsChanged event;
  event.id = wish.target;
  event.permissions = changed(target->permissions, wish.change, state.description->allow_recording);
  if (!event.permissions.has(permission::kPresent)) {
    event.closed = state.streams_of(wish.target);
  }
  return one(std::move(event));
}

Decision decide_on(const GroupState& state, const command::Kick& kick) {
  const auto member = actor(state, kick.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  if (state.member(kick.target) == nullptr) {
    return refuse(Kind::kRefused, "no such user");
  }
  MembersKicked event;
  event.ids = {kick.target};
  event.by_id = kick.actor;
  event.by_username = (*member)->username;
  event.message = kick.message.empty() ? "you have been kicked out" : kick.message;
  return one(std::move(event));
}

Decision decide_on(const GroupState& state, const command::Identify& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  if (state.member(wish.target) == nullptr) {
    return refuse(Kind::kRefused, "client not found");
  }
  return one(MemberIdentified{wish.actor, wish.target});
}

Decision decide_on(const GroupState& state, const command::SetUserData& wish) {
  const auto member = actor(state, wish.actor, "");
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  if (wish.target != wish.actor) {
    return not_authorised();
  }
  const JsonObject* changes = wish.value.as_object();
  if (changes == nullptr) {
    return refuse(Kind::kRefused, "bad value in setdata");
  }
  JsonObject data = merged((*member)->data, *changes);
  if (!fits(data, kMaxUserData)) {
    return refuse(Kind::kRefused, "too much user data");
  }
  return one(UserDataChanged{wish.actor, std::move(data)});
}

/// A missing or null field counts as empty; another type is refused.
bool read_text(const JsonObject& object, std::string_view key, std::string& out) {
  const JsonValue* value = object.find(key);
  if (value == nullptr || value->is_null()) {
    return true;
  }
  const std::string* text = value->as_string();
  out = text == nullptr ? std::string() : *text;
  return text != nullptr;
}

Decision decide_on(const GroupState& state, const command::ClearChat& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  ChatCleared event;
  event.value = wish.value;
  if (!wish.value.is_null()) {
    const JsonObject* object = wish.value.as_object();
    const bool readable = object != nullptr && read_text(*object, "userId", event.user_id) &&
                          read_text(*object, "id", event.id);
    if (!readable || (event.user_id.empty() && !event.id.empty())) {
      return refuse(Kind::kRefused, "bad value in clearchat");
    }
  }
  return one(std::move(event));
}

Decision decide_on(const GroupState& state, const command::Lock& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  if (wish.message.size() > kMaxLockMessage) {
    return refuse(Kind::kRefused, "the lock message is too long");
  }
  return one(Locked{wish.message});
}

Decision decide_on(const GroupState& state, const command::Unlock& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  return one(Unlocked{});
}

Decision decide_on(const GroupState& state, const command::SetGroupData& wish) {
  const auto member = actor(state, wish.actor, permission::kOp);
  if (!member) {
    return tl::unexpected<GroupError>(member.error());
  }
  const JsonObject* changes = wish.value.as_object();
  if (changes == nullptr) {
    return refuse(Kind::kRefused, "bad value in setdata");
  }
  JsonObject data = merged(state.data, *changes);
  if (!fits(data, kMaxGroupData)) {
    return refuse(Kind::kRefused, "too much group data");
  }
  return one(GroupDataChanged{std::move(data)});
}

Decision decide_on(const GroupState& state, const command::OfferStream& offer) {
  const OfferedStream& stream = offer.stream;
  const auto member = actor(state, stream.publisher, "");
  if (!member) {
    return not_authorised();
  }
  if (!(*member)->permissions.has(permission::kPresent)) {
    return not_authorised();
  }
  if (stream.id.size() > kMaxStreamId || stream.label.size() > kMaxStreamLabel) {
    return refuse(Kind::kRefused, "the stream's id or label is too long");
  }
  StreamOffered event;
  event.stream = stream;
  // Only one's own streams can be replaced, and not by themselves.
  if (offer.replaces != stream.id && state.stream(stream.publisher, offer.replaces) != nullptr) {
    event.replaces = offer.replaces;
  }
  if (const OfferedStream* present = state.stream(stream.publisher, stream.id)) {
    if (event.replaces.empty()) {
      return Events{};
    }
    event.stream = *present;
  } else if (event.replaces.empty() &&
             state.streams_of(stream.publisher).size() >= kMaxStreamsPerMember) {
    return refuse(Kind::kRefused, "too many streams");
  }
  return one(std::move(event));
}

Decision decide_on(const GroupState& state, const command::CloseStream& close) {
  const OfferedStream* stream = state.stream(close.publisher, close.id);
  return stream == nullptr ? Events{} : one(StreamClosed{*stream});
}

Decision decide_on(const GroupState& /*state*/, const command::ChangeDescription& change) {
  return one(DescriptionChanged{change.description});
}

Decision decide_on(const GroupState& state, const command::Sweep& /*sweep*/) {
  Events events;
  append_sweep(state, "", events);
  return events;
}

Decision decide_on(const GroupState& state, const command::CloseDown& close) {
  Events events = one(Locked{close.message});
  MembersKicked kicked;
  kicked.message = close.message;
  for (const auto& [id, member] : state.members) {
    kicked.ids.push_back(id);
  }
  if (!kicked.ids.empty()) {
    events.emplace_back(std::move(kicked));
  }
  return events;
}

}  // namespace

Result<std::vector<GroupEvent>, GroupError> decide(const GroupState& state,
                                                   const GroupCommand& command) {
  return std::visit([&](const auto& wish) { return decide_on(state, wish); }, command);
}

}  // namespace halcyon::signald
