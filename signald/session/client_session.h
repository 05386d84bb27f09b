#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "common/net/socket_address.h"
#include "common/units/time.h"
#include "signald/session/client_message.h"
#include "signald/session/liveness.h"
#include "signald/session/token_bucket.h"
#include "signald/ws/signalling_endpoint.h"

namespace halcyon::signald {

/// Time for the first message.
inline constexpr TimeDelta kHandshakeTimeout = TimeDelta::seconds(15);
/// A refused login is answered after this, so that guessing is slow.
inline constexpr TimeDelta kRefusalDelay = TimeDelta::millis(200);
/// Messages that arrive while a login is pending wait for it, up to these bounds; then the
/// connection is ended.
inline constexpr std::size_t kMaxWaitingMessages = 256;
inline constexpr std::size_t kMaxWaitingBytes = 4u << 20;
/// An offer that finds no media worker is not refused at once: a worker that died is started again
/// within a second or two.
inline constexpr TimeDelta kWorkerWait = TimeDelta::seconds(10);
/// How often it is looked whether there is one now.
inline constexpr TimeDelta kWorkerCheckInterval = TimeDelta::millis(100);
/// Further offers are refused at once; nobody has that many streams.
inline constexpr std::size_t kMaxWaitingOffers = 32;
/// Messages per client. Someone who enters a meeting of a hundred trickles a few thousand
/// candidates at once.
inline constexpr std::int64_t kMessageBurst = 5000;
inline constexpr std::int64_t kMessagesPerSecond = 200;
/// A client above its rate is told so, but not for every message.
inline constexpr TimeDelta kRateWarningInterval = TimeDelta::seconds(1);

/// One connection as the protocol sees it.
struct ClientSession {
  enum class Phase {
    kHandshake,  // nothing received yet
    kReady,
    kBusy,     // a login is pending: messages wait
    kClosing,  // what still arrives is ignored
  };

  /// The answer to a login that was refused, held back.
  struct Refusal {
    Timestamp at;
    std::string json;
  };

  /// An offer that waits for a media worker.
  struct WaitingOffer {
    OfferMessage message;
    Timestamp until;
  };

  ClientSession(ConnectionId connection, const SocketAddress& address, Timestamp now)
      : id(connection),
        peer(address),
        handshake_deadline(now + kHandshakeTimeout),
        liveness(now),
        rate(kMessageBurst, kMessagesPerSecond, now) {}

  bool is_member() const { return !group.empty(); }

  Timestamp next_deadline() const {
    if (phase == Phase::kClosing) {
      return Timestamp::never();
    }
    if (phase == Phase::kHandshake) {
      return handshake_deadline;
    }
    const Timestamp refused = refusal ? refusal->at : Timestamp::never();
    return std::min({refused, offers_due, liveness.next_check()});
  }

  ConnectionId id;
  SocketAddress peer;
  Phase phase = Phase::kHandshake;
  Timestamp handshake_deadline;
  Liveness liveness;
  TokenBucket rate;
  Timestamp rate_warning_due;  // not before this
  std::string client_id;
  std::string username;     // the one assigned last
  std::string group;        // empty: in none
  std::uint64_t login = 0;  // number of the last login, so that late verdicts are recognised
  std::optional<Refusal> refusal;
  std::deque<std::string> waiting;
  std::size_t waiting_bytes = 0;
  std::map<std::string, WaitingOffer> waiting_offers;  // by stream id; the last one of each
  Timestamp offers_due = Timestamp::never();           // when to look at them again
};

}  // namespace halcyon::signald
