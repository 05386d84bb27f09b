#pragma once

#include <span>

#include "mediad/rtcp/report_block_list.h"
#include "mediad/rtcp/rtcp_header.h"

namespace halcyon::mediad {

/// RR (RFC 3550 6.4.2).
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|    RC   |   PT=RR=201   |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     SSRC of packet sender                     |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |                    report blocks (RC times)                   |
struct ReceiverReport {
  Ssrc sender;
  ReportBlockList blocks;

  static Result<ReceiverReport, RtcpError> parse(const RtcpHeader& header);
};

/// At most kMaxReportBlocks blocks.
bool write_receiver_report(ByteWriter& writer, Ssrc sender, std::span<const ReportBlock> blocks);

}  // namespace halcyon::mediad
