#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "signald/session/server_message.h"
#include "signald/session/signalling_server.h"
#include "signald/session/token_actions.h"

namespace halcyon::signald {

namespace {

constexpr std::string_view kJoinFirst = "join a group first";
constexpr std::size_t kChatIdBytes = 8;

std::string text_of(const JsonValue& value) {
  const std::string* text = value.as_string();
  return text == nullptr ? std::string() : *text;
}

const std::map<std::string_view, PermissionChange>& permission_changes() {
  static const std::map<std::string_view, PermissionChange> kChanges = {
      {"op", PermissionChange::kOp},           {"unop", PermissionChange::kUnop},
      {"present", PermissionChange::kPresent}, {"unpresent", PermissionChange::kUnpresent},
      {"shutup", PermissionChange::kShutup},   {"unshutup", PermissionChange::kUnshutup},
  };
  return kChanges;
}

}  // namespace

void SignallingServer::submit(ClientSession& session, const GroupCommand& command) {
  const auto done = parts_.groups.submit(session.group, command);
  if (!done) {
    send_group_error(session, done.error());
  }
}

// --- The connection

void SignallingServer::handle(ClientSession& session, const HandshakeMessage& message) {
  session.phase = ClientSession::Phase::kReady;
  session.client_id = message.id;
  send(session, handshake_message());
  const bool known =
      std::find(message.version.begin(), message.version.end(), "2") != message.version.end();
  if (!known) {
    send(session, warning_message(session.client_id,
                                  "unknown protocol version: things may break, update the client"));
  }
  reschedule(session);
}

void SignallingServer::handle(ClientSession& session, const PingMessage& /*message*/) {
  send(session, pong_message());
}

void SignallingServer::handle(ClientSession& /*session*/, const PongMessage& /*message*/) {}

// --- Receiving streams

void SignallingServer::handle(ClientSession& session, const RequestMessage& message) {
  if (!session.is_member()) {
    send_error(session, kJoinFirst);
  } else if (!message.request) {
    send_error(session, "bad value in request");
  } else {
    streams_.request(session.group, session.client_id, *message.request);
  }
}

void SignallingServer::handle(ClientSession& session, const RequestStreamMessage& message) {
  if (!session.is_member()) {
    send_error(session, kJoinFirst);
    return;
  }
  std::optional<WantedTracks> wanted;
  if (!message.request.is_null()) {
    wanted = read_wanted_tracks(message.request);
    if (!wanted) {
      send_error(session, "bad value in requestStream");
      return;
    }
  }
  // Unknown ids are the ordinary race with a stream that has just ended.
  (void)streams_.request_stream(session.group, session.client_id, message.id, wanted);
}

void SignallingServer::handle(ClientSession& session, const AnswerMessage& message) {
  streams_.answer(session.group, session.client_id, message.id, message.sdp);
  if (!session.is_member()) {
    send(session, close_message(message.id));
  }
}

void SignallingServer::handle(ClientSession& session, const AbortMessage& message) {
  if (session.is_member()) {
    streams_.abort(session.group, session.client_id, message.id);
  } else {
    send(session, close_message(message.id));
  }
}

void SignallingServer::handle(ClientSession& session, const RenegotiateMessage& message) {
  streams_.renegotiate(session.group, session.client_id, message.id);
}

void SignallingServer::handle(ClientSession& /*session*/, const IceMessage& message) {
  // An ICE-lite agent learns addresses from the peer's checks; unusable candidates are ignored as
  // unknown ids are.
  (void)parts_.media.accept_candidate(message.candidate);
}

// --- Publishing

void SignallingServer::handle(ClientSession& session, const OfferMessage& message) {
  session.waiting_offers.erase(message.id);
  const GroupState* group = session.is_member() ? parts_.groups.find(session.group) : nullptr;
  if (group == nullptr) {
    refuse_offer(session, message, "not authorised");
    return;
  }
  command::OfferStream probe;
  probe.stream = {session.client_id, message.id, message.label, UpStreamId()};
  probe.replaces = message.replace;
  const auto possible = parts_.groups.preview(session.group, probe);
  if (!possible) {
    refuse_offer(session, message, possible.error().text);
  } else if (streams_.receives(session.group, session.client_id, message.id)) {
    refuse_offer(session, message, "you receive a stream with this id");
  } else if (const OfferedStream* own = group->stream(session.client_id, message.id)) {
    renegotiate_up(session, message, *own);
  } else {
    publish(session, message, *group);
  }
}

void SignallingServer::publish(ClientSession& session, const OfferMessage& message,
                               const GroupState& group) {
  command::OfferStream offer;
  offer.stream = {session.client_id, message.id, message.label, UpStreamId(parts_.random.u64())};
  offer.replaces = message.replace;
  const auto answer = parts_.media.open_up(offer.stream.media, message.sdp,
                                           group.description->codecs_or_default(), message.label);
  if (!answer) {
    offer_failed(session, message, answer.error());
    return;
  }
  send(session, answer_message(message.id, *answer));
  submit(session, offer);
}

void SignallingServer::renegotiate_up(ClientSession& session, const OfferMessage& message,
                                      const OfferedStream& stream) {
  const auto answer = parts_.media.renegotiate_up(stream.media, message.sdp);
  if (!answer) {
    offer_failed(session, message, answer.error());
    return;
  }
  send(session, answer_message(message.id, *answer));
  submit(session, command::OfferStream{stream, message.replace});
}

void SignallingServer::offer_failed(ClientSession& session, const OfferMessage& message,
                                    const StreamError& error) {
  if (error.kind != StreamError::Kind::kNoWorker ||
      session.waiting_offers.size() >= kMaxWaitingOffers) {
    refuse_offer(session, message, error.text);
    return;
  }
  session.waiting_offers.insert_or_assign(
      message.id, ClientSession::WaitingOffer{message, now_.now + kWorkerWait});
  session.offers_due = std::min(session.offers_due, now_.now + kWorkerCheckInterval);
  reschedule(session);
}

void SignallingServer::retry_offers(ClientSession& session) {
  session.offers_due = Timestamp::never();
  const bool has_worker = parts_.media.has_worker();
  for (auto& [id, offer] : std::exchange(session.waiting_offers, {})) {
    if (has_worker) {
      handle(session, offer.message);
    } else if (offer.until <= now_.now) {
      refuse_offer(session, offer.message, "no media worker is available");
    } else {
      session.waiting_offers.emplace(id, std::move(offer));
    }
  }
  if (!session.waiting_offers.empty()) {
    session.offers_due = now_.now + kWorkerCheckInterval;
  }
}

void SignallingServer::refuse_offer(ClientSession& session, const OfferMessage& message,
                                    const std::string& text) {
  // The client has given up the stream that this one was to replace.
  if (session.is_member() && !message.replace.empty() && message.replace != message.id) {
    submit(session, command::CloseStream{session.client_id, message.replace});
  }
  send(session, abort_message(message.id));
  send_error(session, text);
}

void SignallingServer::handle(ClientSession& session, const CloseMessage& message) {
  session.waiting_offers.erase(message.id);
  if (session.is_member()) {
    submit(session, command::CloseStream{session.client_id, message.id});
  }
}

// --- Talking and acting

void SignallingServer::handle(ClientSession& session, TalkMessage message) {
  command::Say say;
  say.actor = session.client_id;
  say.type = message.type;
  say.kind = std::move(message.kind);
  say.id = std::move(message.id);
  say.fresh_id = parts_.random.base64url(kChatIdBytes);
  say.dest = std::move(message.dest);
  say.no_echo = message.no_echo;
  say.value = std::move(message.value);
  say.at = now_.wall;
  submit(session, say);
}

void SignallingServer::handle(ClientSession& session, const UserActionMessage& message) {
  const std::string& actor = session.client_id;
  if (!session.is_member()) {
    send_error(session, kJoinFirst);
    return;
  }
  const auto change = permission_changes().find(message.kind);
  if (change != permission_changes().end()) {
    submit(session, command::ChangePermission{actor, message.dest, change->second});
  } else if (message.kind == "kick") {
    submit(session, command::Kick{actor, message.dest, text_of(message.value)});
  } else if (message.kind == "identify") {
    submit(session, command::Identify{actor, message.dest});
  } else if (message.kind == "setdata") {
    submit(session, command::SetUserData{actor, message.dest, message.value});
  } else {
    end_with_error(session, close_code::kNormal, "unknown kind of useraction");
  }
}

void SignallingServer::handle(ClientSession& session, const GroupActionMessage& message) {
  const std::string& actor = session.client_id;
  const std::string& kind = message.kind;
  if (!session.is_member()) {
    send_error(session, kJoinFirst);
  } else if (kind == "clearchat") {
    submit(session, command::ClearChat{actor, message.value});
  } else if (kind == "lock") {
    submit(session, command::Lock{actor, text_of(message.value)});
  } else if (kind == "unlock") {
    submit(session, command::Unlock{actor});
  } else if (kind == "setdata") {
    submit(session, command::SetGroupData{actor, message.value});
  } else if (kind == "subgroups") {
    list_subgroups(session);
  } else if (kind == "record") {
    start_recording(session);
  } else if (kind == "unrecord") {
    stop_recording(session);
  } else if (kind == "maketoken" || kind == "edittoken" || kind == "listtokens") {
    handle_token_action(session, message);
  } else {
    end_with_error(session, close_code::kNormal, "unknown kind of groupaction");
  }
}

void SignallingServer::list_subgroups(ClientSession& session) {
  const GroupState* group = parts_.groups.find(session.group);
  const Member* member = group == nullptr ? nullptr : group->member(session.client_id);
  if (member == nullptr || !member->permissions.has(permission::kOp)) {
    send_error(session, "not authorised");
    return;
  }
  const std::string prefix = session.group + "/";
  std::string text;
  for (const std::string& name : parts_.groups.names()) {
    const GroupState* other = parts_.groups.find(name);
    if (other != nullptr && name.starts_with(prefix) && !other->members.empty()) {
      const std::size_t count = other->members.size();
      text += fmt::format("{} ({} {})\n", name, count, count == 1 ? "client" : "clients");
    }
  }
  send(session, server_chat_message(session.client_id, now_.wall, text));
}

const GroupState* SignallingServer::group_to_record(ClientSession& session) {
  const GroupState* group = parts_.groups.find(session.group);
  const Member* member = group == nullptr ? nullptr : group->member(session.client_id);
  if (member == nullptr || !member->permissions.has(permission::kRecord)) {
    send_error(session, "not authorised");
    return nullptr;
  }
  return group;
}

void SignallingServer::start_recording(ClientSession& session) {
  const GroupState* group = group_to_record(session);
  if (group == nullptr) {
    return;
  }
  if (!group->recorders().empty()) {
    send_error(session, "already recording");
    return;
  }
  const ResultOr<void> started = parts_.recorder == nullptr
                                     ? fail("recording is not available on this server")
                                     : parts_.recorder->start(session.group, now_);
  if (!started) {
    send_error(session, started.error().message);
  }
}

void SignallingServer::stop_recording(ClientSession& session) {
  const GroupState* group = group_to_record(session);
  if (group == nullptr || parts_.recorder == nullptr) {
    return;
  }
  for (const std::string& recorder : group->recorders()) {
    parts_.recorder->stop(session.group, recorder, now_);
  }
}

void SignallingServer::handle_token_action(ClientSession& session,
                                           const GroupActionMessage& message) {
  const GroupState* group = parts_.groups.find(session.group);
  const Member* member = group == nullptr ? nullptr : group->member(session.client_id);
  if (member == nullptr) {
    send_error(session, kJoinFirst);
    return;
  }
  TokenActions actions(parts_.tokens, *group, *member);
  if (message.kind == "listtokens") {
    const TokenReply reply = actions.list();
    send(session, token_message("tokenlist", reply.error, reply.value));
    return;
  }
  const TokenReply reply = message.kind == "maketoken"
                               ? actions.make(message.value, parts_.random, now_.wall)
                               : actions.edit(message.value, now_.wall);
  send(session, token_message("token", reply.error, reply.value));
}

}  // namespace halcyon::signald
