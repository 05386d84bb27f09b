#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Limits how often one packet is sent again to one receiver: not within a round trip, since the
/// last copy may be on its way, and not for ever, since each copy takes bandwidth from new packets.
class ResendHistory {
 public:
  static constexpr unsigned kMaxResends = 5;
  /// While the round trip is unknown, and its bounds.
  static constexpr TimeDelta kDefaultInterval = TimeDelta::millis(50);
  static constexpr TimeDelta kMinInterval = TimeDelta::millis(10);
  static constexpr TimeDelta kMaxInterval = TimeDelta::millis(200);
  /// Packets remembered. When two share a place the older is forgotten, which only loosens a limit.
  static constexpr std::size_t kPackets = 128;

  /// True if the packet may be sent again; it then counts as sent. `round_trip` zero: unknown.
  bool may_resend(std::uint16_t sequence_number, TimeDelta round_trip, Timestamp now);

 private:
  struct Resend {
    Timestamp last;
    std::uint16_t sequence_number = 0;
    std::uint8_t count = 0;  // 0: free
  };
  // Most receivers never miss a packet, so memory is taken at the first one.
  std::unique_ptr<std::array<Resend, kPackets>> resends_;
};

}  // namespace halcyon::mediad
