#include "mediad/rtcp/pli.h"

namespace halcyon::mediad {

Result<Pli, RtcpError> Pli::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  Pli pli;
  pli.sender = Ssrc{r.u32()};
  pli.media = Ssrc{r.u32()};
  if (!r.ok()) return make_unexpected(RtcpError::kBadContent);
  return pli;
}

bool write_pli(ByteWriter& w, Ssrc sender, Ssrc media) {
  RtcpPacketWriter packet(w, RtcpType::kPayloadFeedback, kFmtPli);
  w.u32(sender.value());
  w.u32(media.value());
  return packet.finish();
}

}  // namespace halcyon::mediad
