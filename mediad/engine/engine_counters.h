#pragma once

#include <cstdint>

namespace halcyon::mediad {

/// What an engine has done since it began; tracks and transports that are gone included.
struct EngineCounters {
  std::uint64_t handshakes_started = 0;
  std::uint64_t handshakes_completed = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t nacked_by_receivers = 0;   // packets that receivers missed
  std::uint64_t retransmissions = 0;       // of those, sent again
  std::uint64_t nacked_to_publishers = 0;  // packets asked of publishers and relays
  std::uint64_t keyframe_requests = 0;     // sent to publishers and relays
  std::uint64_t relay_packets_received = 0;
};

}  // namespace halcyon::mediad
