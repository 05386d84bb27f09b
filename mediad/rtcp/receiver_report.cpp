#include "mediad/rtcp/receiver_report.h"

namespace halcyon::mediad {

Result<ReceiverReport, RtcpError> ReceiverReport::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  ReceiverReport report;
  report.sender = Ssrc{r.u32()};
  report.blocks = ReportBlockList(r.bytes(header.count * kReportBlockSize));
  if (!r.ok()) return make_unexpected(RtcpError::kBadContent);
  return report;
}

bool write_receiver_report(ByteWriter& w, Ssrc sender, std::span<const ReportBlock> blocks) {
  RtcpPacketWriter packet(w, RtcpType::kReceiverReport, blocks.size());
  w.u32(sender.value());
  for (const ReportBlock& block : blocks) write_report_block(w, block);
  return packet.finish();
}

}  // namespace halcyon::mediad
