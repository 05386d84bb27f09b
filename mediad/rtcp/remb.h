#pragma once

#include <cstdint>
#include <span>

#include "mediad/rtcp/rtcp_header.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

/// Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 2.2).
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P| FMT=15  |   PT=206      |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  SSRC of packet sender                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  SSRC of media source = 0                     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  'R' 'E' 'M' 'B'                                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Num SSRC     | BR Exp    |  BR Mantissa                      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |   SSRC feedback (Num SSRC times)                              |
struct Remb {
  Ssrc sender;
  std::uint64_t bitrate = 0;  // bit/s for all the sources together
  SsrcList ssrcs;

  static Result<Remb, RtcpError> parse(const RtcpHeader& header);
};

/// At most 255 sources. The bitrate keeps its 18 leading bits, rounded down.
bool write_remb(ByteWriter& writer, Ssrc sender, std::uint64_t bitrate,
                std::span<const Ssrc> ssrcs);

}  // namespace halcyon::mediad
