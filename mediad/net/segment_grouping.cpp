#include "mediad/net/segment_grouping.h"

#include <bit>

#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

/// The upper bits of the hash depend on all bytes of the address, the lower ones do not.
constexpr int kHashShift = 64 - std::countr_zero(SegmentGrouping::kTableSlots);
static_assert(std::has_single_bit(SegmentGrouping::kTableSlots));

}  // namespace

std::uint16_t& SegmentGrouping::newest_to(const TransportAddress& to,
                                          std::span<const OutgoingDatagram> datagrams) {
  // Never full: it has twice as many slots as there are datagrams.
  std::size_t slot = to.address.hash() >> kHashShift;
  while (table_[slot] != kNone && !(datagrams[chains_[table_[slot]].first].to == to)) {
    slot = (slot + 1) % kTableSlots;
  }
  return table_[slot];
}

std::span<const SegmentedMessage> SegmentGrouping::group(
    std::span<const OutgoingDatagram> datagrams, std::size_t max_segments) {
  check(datagrams.size() <= kSendBatchSlots);
  table_.fill(kNone);
  std::size_t count = 0;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    if (datagrams[i].to.tcp_connection != 0) continue;
    const auto self = static_cast<std::uint16_t>(i);
    const std::size_t size = datagrams[i].bytes.size();
    next_[i] = kNone;
    std::uint16_t& newest = newest_to(datagrams[i].to, datagrams);
    Chain* chain = newest == kNone ? nullptr : &chains_[newest];
    if (chain != nullptr && chain->open && size <= chain->segment_size &&
        chain->count < max_segments && chain->bytes + size <= kMaxSegmentedBytes) {
      next_[chain->last] = self;
      chain->last = self;
      ++chain->count;
      chain->bytes += size;
      chain->open = size == chain->segment_size;
      continue;
    }
    newest = static_cast<std::uint16_t>(count);
    chains_[count++] = {self, self, 1, true, size, size};
  }
  std::size_t at = 0;
  for (std::size_t m = 0; m < count; ++m) {
    const std::size_t begin = at;
    for (std::uint16_t i = chains_[m].first; i != kNone; i = next_[i]) order_[at++] = i;
    messages_[m] = {chains_[m].segment_size, std::span(order_).subspan(begin, at - begin)};
  }
  return std::span(messages_).first(count);
}

}  // namespace halcyon::mediad
