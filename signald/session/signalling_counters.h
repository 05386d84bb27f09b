#pragma once

#include <cstdint>

namespace halcyon::signald {

/// What the signalling protocol has done since the start.
struct SignallingCounters {
  std::uint64_t connections = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_refused = 0;  // above a client's rate
  std::uint64_t logins_accepted = 0;   // the group may still have been full or locked
  std::uint64_t logins_refused = 0;
  std::uint64_t logins_throttled = 0;  // unheard, after too many failures of that address
};

}  // namespace halcyon::signald
