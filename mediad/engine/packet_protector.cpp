#include "mediad/engine/packet_protector.h"

namespace halcyon::mediad {

void protect_slots(std::span<SendSlot> slots, DropCounters& drops) {
  for (SendSlot& slot : slots) {
    if (slot.protection == Protection::kNone) continue;
    const auto size = slot.protection == Protection::kRtp
                          ? slot.srtp->protect_rtp(slot.room(), slot.size)
                          : slot.srtp->protect_rtcp(slot.room(), slot.size);
    if (!size) drops.count(Drop::kSrtpProtection);
    slot.size = static_cast<std::uint16_t>(size.value_or(0));
  }
}

}  // namespace halcyon::mediad
