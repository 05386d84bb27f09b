#pragma once

#include <cstdint>

namespace halcyon::mediad {

/// What one receiver of a video track can take.
struct ReceiverDemand {
  std::uint64_t max_bitrate = 0;  // bit/s
  unsigned spatial_layer = 0;     // that it gets now
  unsigned temporal_layer = 0;
};

/// What a sender's low simulcast encoding and an audio track may use, bit/s.
inline constexpr std::uint64_t kLowEncodingBitrate = 100 * 1024;
/// No sender is told less, however slow its receivers; also what it is told without receivers.
inline constexpr std::uint64_t kMinReceiverLimit = 2 * kLowEncodingBitrate;
/// No connection's sum is more (2^30).
inline constexpr std::uint64_t kMaxRemb = 1 << 30;

/// Folds the receivers of one up track into the bitrate its sender may use: as much as the best
/// receiver takes, but not so much that the slowest could not be served even after dropping all
/// upper temporal layers. Without layers the slowest receiver decides.
class ReceiverLimit {
 public:
  void add(const ReceiverDemand& demand);
  /// Bit/s, kMinReceiverLimit without receivers.
  std::uint64_t bitrate() const;

 private:
  std::uint64_t highest_ = 0;
  std::uint64_t lowest_ = 0;
  unsigned top_spatial_layer_ = 0;
  unsigned top_temporal_layer_ = 0;
  bool any_ = false;
};

}  // namespace halcyon::mediad
