#include "mediad/engine/packet_protector.h"

#include <algorithm>
#include <array>

namespace halcyon::mediad {
namespace {

void set_size(SendSlot& slot, const Result<std::size_t, SrtpError>& size, DropCounters& drops) {
  if (!size) drops.count(Drop::kSrtpProtection);
  slot.size = static_cast<std::uint16_t>(size.value_or(0));
}

/// At most as many as are worked on side by side.
void protect_some(std::span<SendSlot> slots, DropCounters& drops) {
  std::array<RtpToProtect, MultiBuffer::kMaxBatch> packets;
  std::array<SendSlot*, MultiBuffer::kMaxBatch> packets_slots;
  std::size_t n = 0;
  for (SendSlot& slot : slots) {
    switch (slot.protection) {
      case Protection::kNone:
        break;
      case Protection::kRtcp:
        set_size(slot, slot.srtp->protect_rtcp(slot.room(), slot.size), drops);
        break;
      case Protection::kRtp:
        packets[n] = {.session = slot.srtp, .buffer = slot.room(), .size = slot.size};
        packets_slots[n++] = &slot;
    }
  }
  SrtpSession::protect_rtp(std::span(packets).first(n));
  for (std::size_t i = 0; i < n; ++i) set_size(*packets_slots[i], packets[i].protected_size, drops);
}

}  // namespace

void protect_slots(std::span<SendSlot> slots, DropCounters& drops) {
  while (!slots.empty()) {
    const std::size_t n = std::min(slots.size(), MultiBuffer::kMaxBatch);
    protect_some(slots.first(n), drops);
    slots = slots.subspan(n);
  }
}

}  // namespace halcyon::mediad
