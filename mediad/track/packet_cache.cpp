#include "mediad/track/packet_cache.h"

#include <algorithm>
#include <utility>

#include "common/check/check.h"

namespace halcyon::mediad {

// The bytes of the slots stay uninitialised: most of them are never read.
PacketCache::PacketCache(std::size_t capacity)
    : capacity_(capacity), slots_(std::make_unique_for_overwrite<CachedPacket[]>(capacity)) {
  check(capacity > 0);
}

std::uint64_t PacketCache::oldest_acceptable() const {
  return std::max(floor_, highest_ < capacity_ ? 0 : highest_ - capacity_ + 1);
}

Result<CachedPacket*, CacheRefusal> PacketCache::claim(std::uint64_t extended_sequence) {
  check(extended_sequence > 0);
  if (extended_sequence < oldest_acceptable()) return make_unexpected(CacheRefusal::kTooOld);
  CachedPacket& packet = slot(extended_sequence);
  if (packet.extended_sequence == extended_sequence) {
    return make_unexpected(CacheRefusal::kDuplicate);
  }
  packet.extended_sequence = extended_sequence;
  highest_ = std::max(highest_, extended_sequence);
  return &packet;
}

const CachedPacket* PacketCache::find(std::uint64_t extended_sequence) const {
  const CachedPacket& packet = slots_[extended_sequence % capacity_];
  if (extended_sequence == 0 || packet.extended_sequence != extended_sequence) return nullptr;
  return &packet;
}

void PacketCache::resize(std::size_t capacity) {
  if (capacity == capacity_) return;
  PacketCache resized(capacity);
  resized.highest_ = highest_;
  resized.floor_ = oldest_acceptable();
  for (std::uint64_t n = resized.oldest_acceptable(); n <= highest_; ++n) {
    if (const CachedPacket* packet = find(n)) resized.slot(n) = *packet;
  }
  *this = std::move(resized);
}

}  // namespace halcyon::mediad
