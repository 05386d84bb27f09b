#include "signald/server/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/clock/clock.h"
#include "common/log/log.h"
#include "signald/server/http2_session.h"
#include "signald/server/wrong_scheme.h"
#include "signald/ws/websocket_tunnel.h"

namespace halcyon::signald {
namespace {

/// What one connection may read and write before it is the others' turn.
constexpr int kRoundsPerTurn = 16;
/// How long a client has to take our last bytes and end its side.
constexpr TimeDelta kLingerTime = TimeDelta::seconds(2);
/// How long a WebSocket may take nothing of what is on its way to it.
constexpr TimeDelta kWebSocketStallTime = TimeDelta::seconds(10);
/// The first byte of every TLS connection: a handshake record (RFC 8446 5.1).
constexpr char kTlsHandshake = 0x16;

Moment moment() { return {monotonic_now(), wall_now()}; }

}  // namespace

Connection::Connection(ConnectionServices& services, Descriptor socket, SocketAddress peer,
                       std::function<void(Connection&)> gone)
    : services_(services),
      socket_(std::move(socket)),
      peer_(peer),
      gone_(std::move(gone)),
      poll_(services.loop, socket_.get(), [this](uv::Poll::Events) { turn(); }),
      timer_(services.loop, [this] { on_time(); }),
      phase_(services.tls == nullptr ? Phase::kTalking : Phase::kFirstByte),
      phase_deadline_(monotonic_now() + TimeDelta::seconds(services.limits.header_seconds)) {
  if (phase_ == Phase::kTalking) {
    phase_deadline_ = Timestamp::never();
    stream_ = std::make_unique<PlainStream>(socket_.get());
    auto session = std::make_unique<Http1Session>(session_context(), services_.upgrades, moment());
    upgradable_ = session.get();
    session_ = std::move(session);
  }
  wait();
}

SessionContext Connection::session_context() {
  return {services_.handler, services_.proxies, services_.limits, peer_, services_.tls != nullptr,
          // From an event of its own: the session is in the middle of something.
          [this] {
            again_ = true;
            if (phase_ == Phase::kTalking) watch(true, true);
          }};
}

void Connection::turn() {
  again_ = false;
  if (phase_ == Phase::kFirstByte) look_at_first_byte();
  if (phase_ == Phase::kHandshake) shake_hands();
  if (phase_ == Phase::kTalking) talk();
  if (phase_ == Phase::kLingering) drain();
  if (phase_ == Phase::kGone) {
    const auto gone = gone_;  // which destroys this
    gone(*this);
    return;
  }
  wait();
}

void Connection::look_at_first_byte() {
  char first = 0;
  const ssize_t got = ::recv(socket_.get(), &first, 1, MSG_PEEK);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return end();
  if (first != kTlsHandshake) {
    stream_ = std::make_unique<PlainStream>(socket_.get());
    SessionContext context = session_context();
    session_ = wrong_scheme_session(std::move(context), moment());
    phase_ = Phase::kTalking;
    phase_deadline_ = Timestamp::never();
    return;
  }
  auto tls = TlsStream::create(*services_.tls, socket_.get());
  if (!tls) return end();
  tls_ = tls.get();
  stream_ = std::move(tls);
  phase_ = Phase::kHandshake;
}

void Connection::shake_hands() {
  const auto outcome = tls_->handshake();
  if (outcome.state == ByteStream::State::kBlocked) return;
  if (outcome.state != ByteStream::State::kMoved) return end();
  if (tls_->speaks_http2()) {
    session_ = std::make_unique<Http2Session>(session_context(), moment());
  } else {
    auto session = std::make_unique<Http1Session>(session_context(), services_.upgrades, moment());
    upgradable_ = session.get();
    session_ = std::move(session);
  }
  tls_ = nullptr;
  phase_ = Phase::kTalking;
  phase_deadline_ = Timestamp::never();
}

void Connection::talk() {
  bool progress = true;
  for (int round = 0; progress && phase_ == Phase::kTalking; ++round) {
    if (round == kRoundsPerTurn) {
      again_ = true;
      return;
    }
    progress = read_some();
    if (phase_ == Phase::kTalking && write_some()) progress = true;
    if (phase_ != Phase::kTalking) return;
    if (upgradable_ != nullptr) {
      if (auto upgrade = upgradable_->take_upgrade()) {
        become_websocket(std::move(*upgrade));
        progress = true;
        continue;
      }
    }
    if (session_->finished() && unsent_.empty()) return linger();
  }
  // Whatever the session has woken us for meanwhile is done.
  again_ = false;
}

/// Whether something came.
bool Connection::read_some() {
  if (input_ended_ || session_->finished() || !session_->wants_input()) return false;
  const auto outcome = stream_->read(services_.buffer);
  switch (outcome.state) {
    case ByteStream::State::kMoved:
      session_->receive({services_.buffer.data(), outcome.bytes}, moment());
      return true;
    case ByteStream::State::kBlocked:
      return false;
    case ByteStream::State::kEnd:
      input_ended_ = true;
      session_->receive_end(moment());
      return true;
    case ByteStream::State::kFailed:
      break;
  }
  end();
  return false;
}

/// Whether something went.
bool Connection::write_some() {
  if (!unsent_.empty()) return flush();
  const Moment now = moment();
  const std::size_t length = session_->pull(services_.buffer, now);
  if (length == 0) return false;
  const std::string_view bytes(services_.buffer.data(), length);
  const auto outcome = stream_->write(bytes);
  if (outcome.state == ByteStream::State::kFailed || outcome.state == ByteStream::State::kEnd) {
    end();
    return false;
  }
  if (outcome.bytes < length) {
    unsent_ = bytes.substr(outcome.bytes);
    stall_deadline_ = now.now + (is_websocket_ ? kWebSocketStallTime : kProgressTime);
  }
  return outcome.bytes > 0;
}

bool Connection::flush() {
  const auto outcome = stream_->write(unsent_);
  if (outcome.state == ByteStream::State::kBlocked) return false;
  if (outcome.state != ByteStream::State::kMoved) {
    end();
    return false;
  }
  unsent_.erase(0, outcome.bytes);
  if (unsent_.empty()) {
    std::string().swap(unsent_);
    stall_deadline_ = Timestamp::never();
  } else {
    stall_deadline_ = monotonic_now() + (is_websocket_ ? kWebSocketStallTime : kProgressTime);
  }
  return true;
}

void Connection::become_websocket(Http1Session::Upgrade upgrade) {
  upgradable_ = nullptr;
  auto end_of_pair = services_.websockets.open(upgrade.request);
  if (!end_of_pair) {
    spdlog::error("{}", end_of_pair.error().message);
    end();
    return;
  }
  is_websocket_ = true;
  session_ = std::make_unique<WebSocketTunnel>(services_.loop, std::move(*end_of_pair),
                                               [this] { turn(); });
  if (!upgrade.early.empty()) session_->receive(upgrade.early, moment());
}

void Connection::linger() {
  stream_->finish_writing();
  phase_ = Phase::kLingering;
  phase_deadline_ = monotonic_now() + kLingerTime;
  session_.reset();
  upgradable_ = nullptr;
}

/// Reads and drops what still comes: closing a socket with unread bytes resets the connection, and
/// our last bytes might be lost with it.
void Connection::drain() {
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    const ssize_t got = ::recv(socket_.get(), services_.buffer.data(), services_.buffer.size(), 0);
    if (got > 0) continue;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    return end();
  }
}

void Connection::end() {
  phase_ = Phase::kGone;
  poll_.stop();
  timer_.stop();
}

void Connection::watch(bool reads, bool writes) {
  if (std::exchange(watched_, std::pair(reads, writes)) == std::pair(reads, writes)) return;
  poll_.watch({.readable = reads, .writable = writes});
}

/// Arms the poll and the timer for what is awaited.
void Connection::wait() {
  const bool reads = phase_ != Phase::kTalking ||
                     (!input_ended_ && !session_->finished() && session_->wants_input());
  const bool writes = again_ || !unsent_.empty() || (stream_ && stream_->wants_to_write());
  watch(reads, writes);
  const Timestamp deadline = next_deadline();
  if (deadline == timer_set_) return;
  timer_set_ = deadline;
  if (deadline == Timestamp::never()) {
    timer_.stop();
  } else {
    timer_.start_once(deadline - monotonic_now());
  }
}

Timestamp Connection::next_deadline() const {
  const Timestamp own = std::min(phase_deadline_, stall_deadline_);
  return session_ ? std::min(own, session_->deadline()) : own;
}

void Connection::on_time() {
  timer_set_ = Timestamp::never();
  const Moment now = moment();
  if (now.now >= phase_deadline_ || now.now >= stall_deadline_) {
    end();
  } else if (session_ && now.now >= session_->deadline()) {
    session_->on_time(now);
  }
  turn();
}

void Connection::leave() {
  if (session_) {
    session_->leave(moment());
  } else if (phase_ != Phase::kLingering) {
    end();
  }
  turn();
}

}  // namespace halcyon::signald
