#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mediad/rtcp/rtcp_header.h"
#include "mediad/rtcp/wire_list.h"

namespace halcyon::mediad {

/// A lost packet and which of the 16 after it are lost too.
struct NackItem {
  std::uint16_t packet_id = 0;
  std::uint16_t following_lost = 0;  // bit 0: packet_id + 1
};

inline NackItem read_nack_item(ByteReader& r) {
  const std::uint16_t packet_id = r.u16();
  return {packet_id, r.u16()};
}
using NackItemList = WireList<NackItem, 4, read_nack_item>;

/// Generic NACK (RFC 4585 6.2.1).
///
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  FMT=1  |  PT=RTPFB=205 |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  SSRC of packet sender                        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                  SSRC of media source                         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           PID                 |             BLP               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct Nack {
  Ssrc sender;
  Ssrc media;
  NackItemList items;

  static Result<Nack, RtcpError> parse(const RtcpHeader& header);

  /// Calls visit(sequence_number) for each packet asked for: at most 17 times items.size().
  template <class Visit>
  void for_each_lost(Visit visit) const {
    for (const NackItem item : items) {
      visit(item.packet_id);
      for (unsigned bit = 0; bit < 16; ++bit) {
        if ((item.following_lost >> bit & 1) != 0) {
          visit(static_cast<std::uint16_t>(item.packet_id + bit + 1));
        }
      }
    }
  }
};

/// Items of one NACK: the packet, SRTCP trailer included, then stays below 1000 bytes.
inline constexpr std::size_t kMaxNackItems = 240;

/// Asks for sequence numbers given in ascending order (modulo 2^16). Returns how many of them the
/// packet covers: call again with the rest. 0 when nothing was given or `writer` is full.
std::size_t write_nack(ByteWriter& writer, Ssrc sender, Ssrc media,
                       std::span<const std::uint16_t> sequence_numbers);

}  // namespace halcyon::mediad
