#pragma once

#include <cstdint>
#include <optional>

namespace halcyon::mediad {

/// The packet indices that a sender gives to one SSRC: sequence numbers and how often they wrapped
/// (RFC 3711 3.3.1 and appendix A). Packets may be sent again and out of order, as far back as the
/// window reaches; further back an index could be mistaken, so those are refused.
class PacketIndex {
 public:
  explicit PacketIndex(std::uint64_t window) : window_(window) {}

  /// The 48-bit index (roll-over counter, then sequence number) of a packet to be sent now; nullopt
  /// if it is `window` or more behind the newest.
  std::optional<std::uint64_t> next(std::uint16_t sequence_number) {
    const std::uint64_t index = guess(sequence_number);
    if (index > newest_) {
      newest_ = index;
    } else if (newest_ - index >= window_) {
      return std::nullopt;
    }
    return index;
  }

 private:
  static constexpr std::uint64_t kCycle = 1 << 16;
  static constexpr std::uint64_t kHalf = kCycle / 2;

  std::uint64_t guess(std::uint16_t sequence_number) const {
    const std::uint64_t same_cycle = (newest_ & ~(kCycle - 1)) | sequence_number;
    // There is no cycle before the first, and numbers start anywhere in it.
    if (newest_ <= kHalf) return same_cycle;
    const bool early = newest_ % kCycle < kHalf;
    if (early && same_cycle > newest_ + kHalf) return same_cycle - kCycle;
    if (!early && same_cycle + kHalf < newest_) return same_cycle + kCycle;
    return same_cycle;
  }

  std::uint64_t window_;
  std::uint64_t newest_ = 0;
};

}  // namespace halcyon::mediad
