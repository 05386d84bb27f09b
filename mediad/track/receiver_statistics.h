#pragma once

#include <cstdint>
#include <optional>

#include "common/units/time.h"
#include "mediad/rtcp/report_block.h"

namespace halcyon::mediad {

/// Loss and jitter of one received stream, for report blocks (RFC 3550 6.4.1, A.3, A.8). Works on
/// extended sequence numbers as SequenceUnwrapper makes them.
///
/// A packet that came only after a NACK counts as lost: otherwise retransmissions would hide
/// congestion from the sender, whose rate control sees nothing but these reports.
class ReceiverStatistics {
 public:
  explicit ReceiverStatistics(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  enum class Delivery { kInOrder, kReordered, kRetransmitted };
  /// Each packet once, duplicates excluded. Jitter is measured on packets in order only: the
  /// spacing of others tells of the repair, not of the network.
  void handle_packet(std::uint64_t sequence, std::uint32_t rtp_timestamp, Timestamp now,
                     Delivery delivery);
  void handle_sender_report(std::uint64_t ntp, Timestamp now);

  /// Ends the interval. The block's SSRC is left to the caller.
  ReportBlock make_report_block(Timestamp now);

  /// 0..1 in the last reported interval.
  double loss() const { return loss_; }
  double jitter_ms() const;

 private:
  void update_jitter(std::uint32_t rtp_timestamp, Timestamp now);

  struct Spacing {
    std::uint32_t rtp_timestamp;
    Timestamp arrival;
  };
  struct LastReport {
    std::uint32_t ntp_middle;
    Timestamp arrival;
  };

  std::uint32_t clock_rate_;
  bool started_ = false;
  std::uint64_t first_ = 0;
  std::uint64_t highest_ = 0;
  std::uint64_t expected_before_ = 0;  // of numberings that were left behind
  std::uint64_t received_ = 0;
  std::uint64_t reported_expected_ = 0;
  std::uint64_t reported_received_ = 0;
  std::uint32_t jitter_ = 0;  // units of the RTP clock
  double loss_ = 0;
  std::optional<Spacing> last_packet_;
  std::optional<LastReport> last_sender_report_;
};

}  // namespace halcyon::mediad
