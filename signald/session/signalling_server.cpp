#include "signald/session/signalling_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "common/log/log.h"
#include "signald/session/server_message.h"

namespace halcyon::signald {

namespace {

constexpr std::size_t kDecoySeedBytes = 16;

}  // namespace

SignallingServer::SignallingServer(const SignallingParts& parts)
    : parts_(parts),
      streams_(parts.media, *this, parts.random),
      decoy_seed_(parts.random.hex(kDecoySeedBytes)) {
  parts_.groups.set_listener(this);
}

SignallingServer::~SignallingServer() { parts_.groups.set_listener(nullptr); }

// --- Endpoint

void SignallingServer::opened(ConnectionId id, const SocketAddress& peer, Moment now) {
  now_ = now;
  ++counters_.connections;
  const auto it = sessions_.emplace(id, ClientSession(id, peer, now.now)).first;
  reschedule(it->second);
}

void SignallingServer::message(ConnectionId id, std::string_view json, Moment now) {
  now_ = now;
  ClientSession* session = find(id);
  if (session == nullptr || session->phase == ClientSession::Phase::kClosing) {
    return;
  }
  ++counters_.messages_received;
  session->liveness.heard(now.now);
  if (session->phase != ClientSession::Phase::kBusy) {
    process(*session, json);
    return;
  }
  if (session->waiting.size() >= kMaxWaitingMessages ||
      session->waiting_bytes + json.size() > kMaxWaitingBytes) {
    end_with_error(*session, close_code::kInternalError, "too many messages before joining");
    return;
  }
  session->waiting_bytes += json.size();
  session->waiting.emplace_back(json);
}

void SignallingServer::closed(ConnectionId id, Moment now) {
  now_ = now;
  ClientSession* session = find(id);
  if (session == nullptr) {
    return;
  }
  // Nothing that leaving causes may be sent to it.
  session->phase = ClientSession::Phase::kClosing;
  leave(*session, false);
  deadlines_.erase(id);
  sessions_.erase(id);
}

// --- Time

Timestamp SignallingServer::next_deadline() const {
  return std::min({deadlines_.next(), streams_.next_deadline(), next_maintenance_});
}

void SignallingServer::handle_timeout(Moment now) {
  now_ = now;
  while (const auto id = deadlines_.pop_due(now.now)) {
    if (ClientSession* session = find(*id)) {
      session_due(*session);
    }
  }
  streams_.handle_timeout(now.now);
  if (now.now >= next_maintenance_) {
    next_maintenance_ = now.now + GroupDirectory::kMaintenanceInterval;
    // Only to have a mistake in it logged before somebody needs it.
    (void)parts_.config.current();
    parts_.groups.maintain(now);
    parts_.tokens.collect_garbage(now.wall);
  }
}

void SignallingServer::session_due(ClientSession& session) {
  const ConnectionId id = session.id;
  if (session.phase == ClientSession::Phase::kHandshake) {
    session.phase = ClientSession::Phase::kClosing;
    parts_.sink.drop(id);
    return;
  }
  if (session.liveness.next_check() <= now_.now) {
    const Liveness::Verdict verdict = session.liveness.check(now_.now);
    if (verdict == Liveness::Verdict::kDead) {
      end(session, "", close_code::kInternalError, "");
      return;
    }
    if (verdict == Liveness::Verdict::kPing) {
      send(session, ping_message());
    }
  }
  if (session.offers_due <= now_.now) {
    retry_offers(session);
  }
  if (session.refusal && session.refusal->at <= now_.now) {
    send(session, std::move(session.refusal->json));
    session.refusal.reset();
    session.phase = ClientSession::Phase::kReady;
    process_waiting(id);
  }
  if (const ClientSession* still_there = find(id)) {
    reschedule(*still_there);
  }
}

void SignallingServer::reschedule(const ClientSession& session) {
  deadlines_.set(session.id, session.next_deadline());
}

Result<void, GroupError> SignallingServer::submit(const std::string& group,
                                                  const GroupCommand& command, Moment now) {
  now_ = now;
  return parts_.groups.submit(group, command);
}

void SignallingServer::shutdown(Moment now) {
  now_ = now;
  for (const std::string& name : parts_.groups.names()) {
    (void)parts_.groups.submit(name, command::CloseDown{"server is shutting down"});
  }
}

// --- Connections

ClientSession* SignallingServer::find(ConnectionId id) {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}

ClientSession* SignallingServer::find_member(std::string_view group, std::string_view member) {
  const auto in = members_.find(group);
  if (in == members_.end()) {
    return nullptr;
  }
  const auto it = in->second.find(member);
  return it == in->second.end() ? nullptr : find(it->second);
}

void SignallingServer::send(const ClientSession& session, std::string json) {
  if (session.phase != ClientSession::Phase::kClosing) {
    ++counters_.messages_sent;
    parts_.sink.send_text(session.id, std::move(json));
  }
}

void SignallingServer::send_error(const ClientSession& session, std::string_view text) {
  send(session, error_message(session.client_id, text));
}

void SignallingServer::send_group_error(const ClientSession& session, const GroupError& error) {
  if (error.kind == GroupError::Kind::kInternal) {
    spdlog::error("group {}: {}", session.group, error.text);
    send_error(session, "internal server error");
  } else {
    send_error(session, error.text);
  }
}

void SignallingServer::end(ClientSession& session, std::string farewell, std::uint16_t code,
                           std::string_view reason) {
  if (session.phase == ClientSession::Phase::kClosing) {
    return;
  }
  session.phase = ClientSession::Phase::kClosing;
  leave(session, false);
  deadlines_.erase(session.id);
  session.waiting.clear();
  if (!farewell.empty()) {
    ++counters_.messages_sent;
    parts_.sink.send_text(session.id, std::move(farewell));
  }
  parts_.sink.close(session.id, code, reason);
}

void SignallingServer::end_with_error(ClientSession& session, std::uint16_t code,
                                      const std::string& text) {
  end(session, error_message(session.client_id, text), code, text);
}

// --- Messages

bool SignallingServer::within_rate(ClientSession& session) {
  if (session.rate.take(now_.now)) {
    return true;
  }
  ++counters_.messages_refused;
  if (now_.now >= session.rate_warning_due) {
    session.rate_warning_due = now_.now + kRateWarningInterval;
    send_error(session, "too many messages, some were dropped: slow down");
  }
  return false;
}

bool SignallingServer::is_spoofed(const ClientSession& session,
                                  const ClientMessage& message) const {
  const bool wrong_source = !message.source.empty() && message.source != session.client_id;
  return wrong_source || (message.username && *message.username != session.username);
}

void SignallingServer::process(ClientSession& session, std::string_view json) {
  const bool is_first = session.phase == ClientSession::Phase::kHandshake;
  if (!within_rate(session)) {
    return;
  }
  auto message = decode_client_message(json);
  if (is_first && !message && message.error().kind == DecodeError::Kind::kMalformed) {
    session.phase = ClientSession::Phase::kClosing;
    deadlines_.erase(session.id);
    parts_.sink.drop(session.id);
    return;
  }
  const bool is_handshake = message && std::holds_alternative<HandshakeMessage>(message->body);
  if (is_first && !is_handshake) {
    end(session, "", close_code::kProtocolError, "the first message must be a handshake");
    return;
  }
  if (!message) {
    spdlog::debug("client {}: {}", redacted(session.client_id), message.error().text);
    if (message.error().kind == DecodeError::Kind::kMalformed) {
      end(session, "", close_code::kInternalError, "");
    } else {
      end_with_error(session, close_code::kProtocolError, message.error().text);
    }
    return;
  }
  if (!is_first && is_handshake) {
    end_with_error(session, close_code::kProtocolError, "unexpected handshake");
    return;
  }
  if (!is_first && is_spoofed(session, *message)) {
    end_with_error(session, close_code::kProtocolError, "spoofed source or username");
    return;
  }
  std::visit([&](auto& body) { handle(session, std::move(body)); }, message->body);
}

void SignallingServer::process_waiting(ConnectionId id) {
  while (true) {
    ClientSession* session = find(id);
    if (session == nullptr || session->phase != ClientSession::Phase::kReady ||
        session->waiting.empty()) {
      return;
    }
    const std::string json = std::move(session->waiting.front());
    session->waiting.pop_front();
    session->waiting_bytes -= json.size();
    process(*session, json);
  }
}

}  // namespace halcyon::signald
