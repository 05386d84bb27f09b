#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/check/check.h"
#include "mediad/track/packet_cache.h"

namespace halcyon::mediad {

/// Consecutive packets of one track that came in together. They are forwarded together too,
/// receiver by receiver, so that those to one receiver can leave as one message however many
/// receivers there are. Borrows the packets from the track's cache.
class PacketBurst {
 public:
  /// A few full messages' worth of gain is had by then; and no cache overwrites packets so near.
  static constexpr std::size_t kMaxPackets = 16;
  static_assert(kMaxPackets <= PacketCache::kMinAudioPackets);

  bool empty() const { return size_ == 0; }
  /// Whether the packet of this number may be added: the next in order, while there is room.
  bool takes(std::uint16_t sequence_number) const {
    if (empty()) return true;
    const std::uint16_t last = packets_[size_ - 1]->sequence_number();
    return size_ < kMaxPackets && sequence_number == static_cast<std::uint16_t>(last + 1);
  }
  void add(const CachedPacket& packet) {
    check(takes(packet.sequence_number()));
    packets_[size_++] = &packet;
  }
  std::span<const CachedPacket* const> packets() const { return std::span(packets_).first(size_); }
  void clear() { size_ = 0; }

 private:
  std::array<const CachedPacket*, kMaxPackets> packets_{};
  std::size_t size_ = 0;
};

}  // namespace halcyon::mediad
