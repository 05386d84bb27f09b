#include "mediad/rtcp/sender_report.h"

namespace halcyon::mediad {

Result<SenderReport, RtcpError> SenderReport::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  SenderReport report;
  report.info.ssrc = Ssrc{r.u32()};
  report.info.ntp = r.u64();
  report.info.rtp_timestamp = r.u32();
  report.info.packet_count = r.u32();
  report.info.octet_count = r.u32();
  report.blocks = ReportBlockList(r.bytes(header.count * kReportBlockSize));
  if (!r.ok()) return make_unexpected(RtcpError::kBadContent);
  return report;
}

bool write_sender_report(ByteWriter& w, const SenderInfo& info,
                         std::span<const ReportBlock> blocks) {
  RtcpPacketWriter packet(w, RtcpType::kSenderReport, blocks.size());
  w.u32(info.ssrc.value());
  w.u64(info.ntp);
  w.u32(info.rtp_timestamp);
  w.u32(info.packet_count);
  w.u32(info.octet_count);
  for (const ReportBlock& block : blocks) write_report_block(w, block);
  return packet.finish();
}

}  // namespace halcyon::mediad
