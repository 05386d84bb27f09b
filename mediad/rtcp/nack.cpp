#include "mediad/rtcp/nack.h"

namespace halcyon::mediad {

Result<Nack, RtcpError> Nack::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  Nack nack;
  nack.sender = Ssrc{r.u32()};
  nack.media = Ssrc{r.u32()};
  nack.items = NackItemList(r.rest());
  if (!r.ok() || nack.items.empty()) return make_unexpected(RtcpError::kBadContent);
  return nack;
}

std::size_t write_nack(ByteWriter& w, Ssrc sender, Ssrc media,
                       std::span<const std::uint16_t> sequence_numbers) {
  if (sequence_numbers.empty()) return 0;
  RtcpPacketWriter packet(w, RtcpType::kTransportFeedback, kFmtNack);
  w.u32(sender.value());
  w.u32(media.value());
  std::size_t covered = 0;
  for (std::size_t items = 0; items < kMaxNackItems && covered < sequence_numbers.size(); ++items) {
    const std::uint16_t first = sequence_numbers[covered++];
    unsigned following = 0;
    while (covered < sequence_numbers.size()) {
      const auto distance = static_cast<std::uint16_t>(sequence_numbers[covered] - first);
      if (distance > 16) break;
      if (distance > 0) following |= 1u << (distance - 1);
      ++covered;
    }
    w.u16(first);
    w.u16(static_cast<std::uint16_t>(following));
  }
  return packet.finish() ? covered : 0;
}

}  // namespace halcyon::mediad
