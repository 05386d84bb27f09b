#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mediad/engine/send_batch.h"

namespace halcyon::mediad {

/// The kernel's bound (UDP_MAX_SEGMENTS; newer kernels take 128).
inline constexpr std::size_t kMaxSegments = 64;
/// What fits the length field of IP, with room for the headers of IPv6 and UDP.
inline constexpr std::size_t kMaxSegmentedBytes = 65'535 - 48;

/// Datagrams to one address that leave as one message, which the kernel or the network card cuts
/// into pieces of `segment_size` bytes (UDP generic segmentation offload). Only the last may be
/// shorter.
struct SegmentedMessage {
  std::size_t segment_size = 0;
  std::span<const std::uint16_t> segments;  // indices of the datagrams, in their order
};

/// Finds the datagrams of a batch that can share a message: packets of a video frame on their way
/// to the same receiver, between packets to others. Datagrams to one address keep their order.
/// Those for TCP connections are left out. No I/O, no allocation.
class SegmentGrouping {
 public:
  static constexpr std::size_t kTableSlots = 2 * kSendBatchSlots;

  /// At most kSendBatchSlots datagrams, at most `max_segments` in a message. The result is valid
  /// until the next call.
  std::span<const SegmentedMessage> group(std::span<const OutgoingDatagram> datagrams,
                                          std::size_t max_segments);

 private:
  /// A message while it grows: a chain of datagrams through `next_`.
  struct Chain {
    std::uint16_t first, last;
    std::uint16_t count;
    bool open;  // false behind a short segment
    std::size_t segment_size, bytes;
  };
  static constexpr std::uint16_t kNone = 0xffff;
  /// The slot of the table for an address: its newest message, or kNone.
  std::uint16_t& newest_to(const TransportAddress& to, std::span<const OutgoingDatagram> datagrams);

  std::array<std::uint16_t, kTableSlots> table_;
  std::array<Chain, kSendBatchSlots> chains_;
  std::array<std::uint16_t, kSendBatchSlots> next_;
  std::array<std::uint16_t, kSendBatchSlots> order_;
  std::array<SegmentedMessage, kSendBatchSlots> messages_;
};

}  // namespace halcyon::mediad
