#pragma once

#include <cstdint>

#include "common/bytes/byte_reader.h"
#include "common/bytes/byte_writer.h"
#include "mediad/rtcp/report_block.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

/// A report block (RFC 3550 6.4.1).
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                             SSRC                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | fraction lost |       cumulative number of packets lost       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           extended highest sequence number received           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      interarrival jitter                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                         last SR (LSR)                         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                   delay since last SR (DLSR)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
inline constexpr std::size_t kReportBlockSize = 24;
/// The count field has five bits.
inline constexpr std::size_t kMaxReportBlocks = 31;

ReportBlock read_report_block(ByteReader& r);
void write_report_block(ByteWriter& writer, const ReportBlock& block);
using ReportBlockList = WireList<ReportBlock, kReportBlockSize, read_report_block>;

}  // namespace halcyon::mediad
