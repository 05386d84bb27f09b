#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/random/random.h"
#include "common/result/error.h"
#include "common/units/time.h"
#include "signald/turn/turn_allocation.h"

namespace halcyon::signald {

struct RelayTestResult {
  TimeDelta total;  // from the first request on
  TimeDelta delay;  // of a datagram from one relayed address to the other
};

/// Whether a TURN server relays (http.md 16.1): two allocations, and a datagram from one to the
/// other. Upstream connects two peers of its own by a data channel; we are no peer, and what is
/// asked of the server is the same. No sockets: each of the two clients has one, which the owner
/// keeps.
class RelayTest {
 public:
  static constexpr std::size_t kClients = 2;
  /// Gives up after this.
  static constexpr TimeDelta kLimit = TimeDelta::seconds(20);
  /// Until what stays unanswered is sent again (RFC 8489 6.2.1).
  static constexpr TimeDelta kRepeat = TimeDelta::millis(500);
  using Bytes = TurnAllocation::Bytes;

  RelayTest(const std::string& username, const std::string& password, RandomSource& random,
            Timestamp now);

  void handle_datagram(std::size_t client, std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const { return result_ ? Timestamp::never() : repeat_at_; }
  /// What the client's socket has to send; to be drained after every call, also after the last.
  std::optional<std::pair<std::size_t, Bytes>> poll_output();

  /// Once it is over. The error is a sentence.
  const std::optional<ResultOr<RelayTestResult>>& result() const { return result_; }

 private:
  void proceed(Timestamp now);
  void end(ResultOr<RelayTestResult> result);

  std::array<TurnAllocation, kClients> clients_;
  std::array<std::uint8_t, 16> payload_{};
  Timestamp started_;
  Timestamp repeat_at_;
  std::optional<Timestamp> sent_;
  std::optional<ResultOr<RelayTestResult>> result_;
};

}  // namespace halcyon::signald
