#include "mediad/rtcp/fir.h"

namespace halcyon::mediad {

Result<Fir, RtcpError> Fir::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  Fir fir;
  fir.sender = Ssrc{r.u32()};
  r.u32();  // media source, unused
  fir.entries = FirEntryList(r.rest());
  if (!r.ok() || fir.entries.empty()) return make_unexpected(RtcpError::kBadContent);
  return fir;
}

bool write_fir(ByteWriter& w, Ssrc sender, FirEntry entry) {
  RtcpPacketWriter packet(w, RtcpType::kPayloadFeedback, kFmtFir);
  w.u32(sender.value());
  w.u32(0);
  w.u32(entry.ssrc.value());
  w.u8(entry.sequence_number);
  w.u24(0);
  return packet.finish();
}

}  // namespace halcyon::mediad
