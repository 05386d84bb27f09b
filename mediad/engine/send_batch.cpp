#include "mediad/engine/send_batch.h"

#include <algorithm>

#include "common/check/check.h"
#include "mediad/engine/packet_protector.h"

namespace halcyon::mediad {

SendBatch::SendBatch(DatagramSink& sink, DropCounters& drops)
    : sink_(sink),
      drops_(drops),
      slots_(std::make_unique<std::array<SendSlot, kSendBatchSlots>>()) {}

std::span<std::uint8_t> SendBatch::next_slot() {
  if (used_ == kSendBatchSlots) flush();
  return (*slots_)[used_].room();
}

void SendBatch::commit(const TransportAddress& to, std::size_t size, Protection protection,
                       SrtpSession* srtp) {
  check(used_ < kSendBatchSlots && size <= kSendSlotBytes);
  SendSlot& slot = (*slots_)[used_++];
  slot.to = to;
  slot.size = static_cast<std::uint16_t>(size);
  slot.protection = protection;
  slot.srtp = srtp;
}

void SendBatch::add(const TransportAddress& to, std::span<const std::uint8_t> bytes) {
  if (bytes.size() > kSendSlotBytes) {
    drops_.count(Drop::kDatagramTooLarge);
    return;
  }
  std::copy(bytes.begin(), bytes.end(), next_slot().begin());
  commit(to, bytes.size());
}

void SendBatch::flush() {
  if (used_ == 0) return;
  const std::span<SendSlot> queued = std::span(*slots_).first(used_);
  used_ = 0;
  protect_slots(queued, drops_);
  std::size_t n = 0;
  for (const SendSlot& slot : queued) {
    if (slot.size == 0) continue;
    ready_[n++] = {slot.to, std::span(slot.bytes).first(slot.size)};
    bytes_ += slot.size;
  }
  datagrams_ += n;
  if (n > 0) sink_.send(std::span(ready_).first(n));
}

}  // namespace halcyon::mediad
