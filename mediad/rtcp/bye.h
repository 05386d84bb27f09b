#pragma once

#include <span>

#include "mediad/rtcp/rtcp_header.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

/// BYE (RFC 3550 6.6): sources that have ended. The reason text is not read.
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|    SC   |   PT=BYE=203  |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      SSRC/CSRC (SC times)                     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct Bye {
  SsrcList ssrcs;

  static Result<Bye, RtcpError> parse(const RtcpHeader& header);
};

/// At most 31 sources.
bool write_bye(ByteWriter& writer, std::span<const Ssrc> ssrcs);

}  // namespace halcyon::mediad
