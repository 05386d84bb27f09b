#pragma once

#include <cstdint>

#include "mediad/rtcp/rtcp_header.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

struct FirEntry {
  Ssrc ssrc;                     // the source that shall send a keyframe
  std::uint8_t sequence_number;  // the same number again is the same request repeated
};

inline FirEntry read_fir_entry(ByteReader& r) {
  const Ssrc ssrc{r.u32()};
  const std::uint8_t sequence_number = r.u8();
  return {ssrc, sequence_number};
}
using FirEntryList = WireList<FirEntry, 8, read_fir_entry>;

/// Full intra request (RFC 5104 4.3.1).
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  FMT=4  |  PT=PSFB=206  |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  SSRC of packet sender                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |             SSRC of media source (unused) = 0                 |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |                              SSRC                             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | Seq nr.       |    Reserved                                   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct Fir {
  Ssrc sender;
  FirEntryList entries;

  static Result<Fir, RtcpError> parse(const RtcpHeader& header);
};

bool write_fir(ByteWriter& writer, Ssrc sender, FirEntry entry);

}  // namespace halcyon::mediad
