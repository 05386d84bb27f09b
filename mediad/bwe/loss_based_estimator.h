#pragma once

#include <cstdint>
#include <optional>

#include "common/units/time.h"

namespace halcyon::mediad {

/// The rate a path can take, from the loss that its receiver reports: up by 5 % a report while loss
/// stays under 2 %, down by half the loss when it exceeds 10 %.
class LossBasedEstimator {
 public:
  /// Before the first report, and where estimates start.
  static constexpr std::uint64_t kInitialBitrate = 512 * 1024;
  static constexpr std::uint64_t kMinBitrate = 9600;
  static constexpr std::uint64_t kMaxBitrate = 1 << 30;
  /// After this time without a report an estimate is forgotten.
  static constexpr TimeDelta kValidity = TimeDelta::seconds(30);

  /// `fraction_lost` in 1/256 as in a report block; `measured` is the rate being sent, bit/s.
  void handle_report(std::uint8_t fraction_lost, std::uint64_t measured, Timestamp now);

  /// Bit/s.
  std::uint64_t bitrate(Timestamp now) const { return valid(now) ? bitrate_ : kInitialBitrate; }

 private:
  bool valid(Timestamp now) const { return updated_ && now - *updated_ <= kValidity; }

  std::uint64_t bitrate_ = kInitialBitrate;
  std::optional<Timestamp> updated_;
};

}  // namespace halcyon::mediad
