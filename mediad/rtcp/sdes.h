#pragma once

#include <optional>
#include <string_view>

#include "mediad/rtcp/rtcp_header.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

/// SDES (RFC 3550 6.5), of which only CNAME is of interest.
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|    SC   |  PT=SDES=202  |             length            |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |                          SSRC/CSRC_1                          |  chunk 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |    CNAME=1    |     length    | user and domain name        ...
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// A chunk's items end with a zero byte; a chunk ends at a whole word.
class Sdes {
 public:
  static Result<Sdes, RtcpError> parse(const RtcpHeader& header);

  /// The CNAME of a source, if this packet tells it. Borrows the packet.
  std::optional<std::string_view> cname_of(Ssrc ssrc) const;

 private:
  std::span<const std::uint8_t> chunks_;
  std::uint8_t count_ = 0;
};

/// One chunk with a CNAME; of a longer name than 255 bytes the beginning.
bool write_sdes_cname(ByteWriter& writer, Ssrc ssrc, std::string_view cname);

}  // namespace halcyon::mediad
