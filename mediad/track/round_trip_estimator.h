#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/units/time.h"
#include "mediad/rtcp/report_block.h"

namespace halcyon::mediad {

/// Round-trip time from the report blocks that answer our sender reports (RFC 3550 6.4.1, LSR and
/// DLSR). Only reports that we really sent count, so that a peer cannot make up a time.
class RoundTripEstimator {
 public:
  /// An answer to an older report is not used: its delay is mostly DLSR.
  static constexpr TimeDelta kMaxReportAge = TimeDelta::seconds(8);

  void handle_sent_report(std::uint64_t ntp);
  void handle_report_block(const ReportBlock& block, std::uint64_t ntp_now);

  /// Smoothed; zero while unknown.
  TimeDelta round_trip() const { return round_trip_.value_or(TimeDelta::zero()); }

 private:
  static constexpr std::size_t kReports = 16;  // 8 s of one each 500 ms

  std::array<std::uint64_t, kReports> sent_{};
  std::size_t next_ = 0;
  std::optional<TimeDelta> round_trip_;
};

}  // namespace halcyon::mediad
