#pragma once

#include <cstdint>
#include <optional>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Which RTP timestamp a sender's clock shows at a moment of our clock, learnt from when packets
/// and sender reports arrive. The sender's wall clock plays no part: it may be hours wrong or jump.
///
/// Network delay makes reports come late, never early. So an early one is believed at once and a
/// late one only by a little, which also follows the drift of the sender's clock.
class RtpClockMap {
 public:
  explicit RtpClockMap(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// Only the first packet counts, and only until the first sender report.
  void handle_packet(std::uint32_t rtp_timestamp, Timestamp arrival);
  void handle_sender_report(std::uint32_t rtp_timestamp, Timestamp arrival);

  std::optional<std::uint32_t> at(Timestamp t) const;

 private:
  struct Point {
    std::uint32_t rtp_timestamp;
    Timestamp time;
  };
  std::uint32_t advance(const Point& from, Timestamp to) const;

  std::uint32_t clock_rate_;
  std::optional<Point> point_;
  bool from_report_ = false;
  bool doubtful_ = false;  // the last report was far off
};

}  // namespace halcyon::mediad
