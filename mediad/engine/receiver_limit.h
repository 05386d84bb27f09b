#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace halcyon::mediad {

/// No receiver pulls a video below this, bit/s.
inline constexpr std::uint64_t kMinReceiverLimit = 204800;

/// What the receivers of a video track together let its sender send: what the best one takes, unless the slowest could
/// not be served even without any upper temporal layer.
class ReceiverLimit {
 public:
  /// One receiver: its maximum in bit/s and the layers it gets now.
  void add(std::uint64_t max_bitrate, unsigned spatial_layer, unsigned temporal_layer) {
    const std::uint64_t wanted = std::max(max_bitrate, kMinReceiverLimit);
    highest_ = std::max(highest_, wanted);
    lowest_ = std::min(lowest_, wanted);
    above_base_ = above_base_ || spatial_layer > 0;
    temporal_layer_ = std::max(temporal_layer_, temporal_layer);
  }
  /// bit/s.
  std::uint64_t value() const {
    // Spatial layers leave room to try the next one.
    const std::uint64_t high = above_base_ ? highest_ / 4 * 5 : highest_;
    if (lowest_ == kUnlimited) return high;
    const std::uint64_t low = lowest_ > (kUnlimited >> temporal_layer_) ? kUnlimited : lowest_ << temporal_layer_;
    return std::min(high, low);
  }

 private:
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t highest_ = kMinReceiverLimit;
  std::uint64_t lowest_ = kUnlimited;
  bool above_base_ = false;
  unsigned temporal_layer_ = 0;
};

}  // namespace halcyon::mediad
