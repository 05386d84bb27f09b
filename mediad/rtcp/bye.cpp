#include "mediad/rtcp/bye.h"

namespace halcyon::mediad {

Result<Bye, RtcpError> Bye::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  Bye bye{SsrcList(r.bytes(header.count * std::size_t{4}))};
  if (!r.ok()) return make_unexpected(RtcpError::kBadContent);
  return bye;
}

bool write_bye(ByteWriter& w, std::span<const Ssrc> ssrcs) {
  RtcpPacketWriter packet(w, RtcpType::kBye, ssrcs.size());
  for (const Ssrc ssrc : ssrcs) w.u32(ssrc.value());
  return packet.finish();
}

}  // namespace halcyon::mediad
