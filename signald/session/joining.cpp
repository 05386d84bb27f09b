#include <spdlog/spdlog.h>

#include <utility>

#include "common/log/log.h"
#include "signald/groups/names.h"
#include "signald/session/server_message.h"
#include "signald/session/signalling_server.h"

namespace halcyon::signald {

/// A join whose credentials are being checked. Holds no pointers: the connection may end meanwhile.
struct SignallingServer::PendingJoin {
  ConnectionId connection;
  std::uint64_t login = 0;
  std::string group;
  JsonObject data;
};

namespace {

constexpr std::string_view kInternalText = "internal server error";

}  // namespace

void SignallingServer::handle(ClientSession& session, JoinMessage message) {
  if (session.is_member()) {
    end_with_error(session, close_code::kProtocolError, "already in a group");
    return;
  }
  const auto group = parts_.groups.access(message.group, now_);
  if (!group) {
    refuse_access(session, message.group, group.error());
    return;
  }
  PendingJoin pending;
  pending.connection = session.id;
  pending.login = ++session.login;
  pending.group = message.group;
  pending.data = std::move(message.data);
  session.phase = ClientSession::Phase::kBusy;
  const GroupDescription& description = *(*group)->description;
  if (!throttle_.allows(session.peer, now_.now)) {
    login_done(pending, unexpected<LoginError>(LoginError::kTooManyFailures));
    return;
  }
  if (!message.token.empty()) {
    login_done(pending, token_login({description, parts_.tokens, parts_.config}, message.group,
                                    message.token, message.username, now_.wall));
    return;
  }
  if (!message.username) {
    login_done(pending, unexpected<LoginError>(LoginError::kInternal));
    return;
  }
  if (!throttle_.start(session.peer)) {
    login_done(pending, unexpected<LoginError>(LoginError::kOverloaded));
    return;
  }
  const std::string username = std::move(*message.username);
  run_password_login(parts_.passwords, password_login(description, username, decoy_seed_),
                     std::move(message.password), now_,
                     [this, pending, username, peer = session.peer](
                         Result<Permissions, LoginError> result, Moment now) {
                       now_ = now;
                       throttle_.ended(peer);
                       login_done(pending, result.map([&](const Permissions& permissions) {
                         return Identity{username, permissions};
                       }));
                     });
}

void SignallingServer::login_done(const PendingJoin& pending, Result<Identity, LoginError> result) {
  ClientSession* session = find(pending.connection);
  if (session == nullptr || session->phase != ClientSession::Phase::kBusy ||
      session->login != pending.login) {
    return;
  }
  if (result && !is_valid_user_name(result->username)) {
    result = unexpected<LoginError>(LoginError::kNotAuthorised);
  }
  ++(result                                           ? counters_.logins_accepted
     : result.error() == LoginError::kTooManyFailures ? counters_.logins_throttled
                                                      : counters_.logins_refused);
  if (!result) {
    refuse_login(*session, pending.group, result.error());
  } else {
    session->phase = ClientSession::Phase::kReady;
    session->username = result->username;
    enter(*session, pending, std::move(*result));
  }
  process_waiting(pending.connection);
}

void SignallingServer::enter(ClientSession& session, const PendingJoin& pending,
                             Identity identity) {
  // The group may have changed, or gone, while the password was being checked.
  const auto group = parts_.groups.access(pending.group, now_);
  if (!group) {
    refuse_access(session, pending.group, group.error());
    return;
  }
  command::Join join;
  join.at = now_.wall;
  join.member.id = session.client_id;
  join.member.username = std::move(identity.username);
  join.member.permissions = std::move(identity.permissions);
  join.member.data = pending.data;
  join.member.address = session.peer.empty() ? std::string() : session.peer.to_string();
  if (const auto possible = parts_.groups.preview(pending.group, join); !possible) {
    refuse_entry(session, pending.group, possible.error());
    return;
  }
  session.group = pending.group;
  members_[pending.group].emplace(session.client_id, session.id);
  streams_.add_receiver(pending.group, session.client_id);
  (void)parts_.groups.submit(pending.group, join);
}

std::string SignallingServer::fail_text(const ClientSession& session, const std::string& group,
                                        const std::string& error, const std::string& text) const {
  JoinedMessage joined;
  joined.kind = "fail";
  joined.error = error;
  joined.group = group;
  joined.username = session.username;
  joined.value = text;
  return joined_message(joined);
}

void SignallingServer::send_fail(const ClientSession& session, const std::string& group,
                                 const std::string& text) {
  send(session, fail_text(session, group, "", text));
}

void SignallingServer::refuse_login(ClientSession& session, const std::string& group,
                                    LoginError error) {
  if (error == LoginError::kNotAuthorised) {
    spdlog::info("group {}: {}: bad credentials", group, redacted(session.client_id));
    throttle_.failed(session.peer, now_.now);
    refuse_after_delay(session, group, "not authorised");
    return;
  }
  if (error == LoginError::kTooManyFailures) {
    spdlog::warn("group {}: {}: too many failed logins", group, redacted(session.peer.to_string()));
    refuse_after_delay(session, group, "too many failed attempts: try again later");
    return;
  }
  session.phase = ClientSession::Phase::kReady;
  if (error == LoginError::kNeedUsername) {
    send(session, fail_text(session, group, "need-username", "username required"));
  } else if (error == LoginError::kDuplicateUsername) {
    send(session,
         fail_text(session, group, "duplicate-username", "not authorised: this username is taken"));
  } else if (error == LoginError::kOverloaded) {
    send_fail(session, group, "the server is busy: try again in a moment");
  } else {
    spdlog::error("group {}: {}: credentials missing or broken", group,
                  redacted(session.client_id));
    send_fail(session, group, std::string(kInternalText));
  }
}

void SignallingServer::refuse_after_delay(ClientSession& session, const std::string& group,
                                          const std::string& text) {
  session.refusal = {now_.now + kRefusalDelay, fail_text(session, group, "", text)};
  reschedule(session);
}

void SignallingServer::refuse_access(ClientSession& session, const std::string& group,
                                     AccessError error) {
  switch (error) {
    case AccessError::kIllegalName:
      send_fail(session, group, "illegal group name");
      break;
    case AccessError::kMissing:
      send_fail(session, group, "group does not exist");
      break;
    case AccessError::kInvalid:
      send_fail(session, group, std::string(kInternalText));
      break;
  }
}

void SignallingServer::refuse_entry(ClientSession& session, const std::string& group,
                                    const GroupError& error) {
  if (error.kind == GroupError::Kind::kInternal) {
    spdlog::warn("group {}: {}", group, error.text);
    send_fail(session, group, std::string(kInternalText));
    return;
  }
  if (error.kind != GroupError::Kind::kRedirect) {
    send_fail(session, group, error.text);
    return;
  }
  JoinedMessage joined;
  joined.kind = "redirect";
  joined.group = group;
  joined.username = session.username;
  joined.value = error.text;
  send(session, joined_message(joined));
}

void SignallingServer::handle(ClientSession& session, const LeaveMessage& message) {
  if (!session.is_member() || message.group != session.group) {
    end_with_error(session, close_code::kNormal, "you are not in that group");
    return;
  }
  leave(session, true);
}

void SignallingServer::leave(ClientSession& session, bool asked_to) {
  if (!session.is_member()) {
    return;
  }
  const std::string group = std::exchange(session.group, std::string());
  session.waiting_offers.clear();
  streams_.remove_receiver(group, session.client_id);
  if (!asked_to) {
    forget_member(group, session.client_id);
  }
  (void)parts_.groups.submit(group, command::Leave{session.client_id, asked_to, now_.wall});
  if (asked_to) {
    forget_member(group, session.client_id);
  }
}

void SignallingServer::forget_member(const std::string& group, const std::string& member) {
  const auto in = members_.find(group);
  if (in == members_.end()) {
    return;
  }
  in->second.erase(member);
  if (in->second.empty()) {
    members_.erase(in);
  }
}

}  // namespace halcyon::signald
