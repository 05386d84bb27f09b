#pragma once

#include <cstdint>
#include <optional>

namespace halcyon::mediad {

/// The 48-bit index (roll-over counter, then sequence number) that a sequence number most likely
/// means when `newest` is the highest so far, 0 before the first (RFC 3711 3.3.1 and appendix A).
inline std::uint64_t guess_packet_index(std::uint64_t newest, std::uint16_t sequence_number) {
  constexpr std::uint64_t kCycle = 1 << 16;
  constexpr std::uint64_t kHalf = kCycle / 2;
  const std::uint64_t same_cycle = (newest & ~(kCycle - 1)) | sequence_number;
  // There is no cycle before the first, and numbers start anywhere in it.
  if (newest <= kHalf) return same_cycle;
  const bool early = newest % kCycle < kHalf;
  if (early && same_cycle > newest + kHalf) return same_cycle - kCycle;
  if (!early && same_cycle + kHalf < newest) return same_cycle + kCycle;
  return same_cycle;
}

/// The packet indices that a sender gives to one SSRC. Packets may be sent again and out of order,
/// as far back as the window reaches; further back an index could be mistaken, so those are
/// refused.
class PacketIndex {
 public:
  explicit PacketIndex(std::uint64_t window) : window_(window) {}

  /// The index of a packet to be sent now; nullopt if it is `window` or more behind the newest.
  std::optional<std::uint64_t> next(std::uint16_t sequence_number) {
    const std::uint64_t index = guess_packet_index(newest_, sequence_number);
    if (index > newest_) {
      newest_ = index;
    } else if (newest_ - index >= window_) {
      return std::nullopt;
    }
    return index;
  }

 private:
  std::uint64_t window_;
  std::uint64_t newest_ = 0;
};

}  // namespace halcyon::mediad
