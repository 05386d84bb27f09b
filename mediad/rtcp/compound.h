#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "mediad/rtcp/bye.h"
#include "mediad/rtcp/fir.h"
#include "mediad/rtcp/nack.h"
#include "mediad/rtcp/pli.h"
#include "mediad/rtcp/receiver_report.h"
#include "mediad/rtcp/remb.h"
#include "mediad/rtcp/sdes.h"
#include "mediad/rtcp/sender_report.h"

namespace halcyon::mediad {

/// A packet of a compound. All members borrow the compound's bytes.
using RtcpPacket = std::variant<SenderReport, ReceiverReport, Sdes, Bye, Nack, Pli, Fir, Remb>;

/// Walks the packets of a compound (RFC 3550 6.1) or reduced-size packet (RFC 5506). Allocates
/// nothing. What it cannot give to the caller it counts and skips: unknown types and malformed
/// content by the length in their header. A bad header or length ends the walk, since nothing tells
/// where the next packet would begin.
class RtcpCompoundReader {
 public:
  explicit RtcpCompoundReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  /// Nullopt at the end.
  std::optional<RtcpPacket> next();

  std::size_t malformed() const { return malformed_; }
  std::size_t unknown() const { return unknown_; }                // APP, XR and other feedback
  std::size_t transport_wide() const { return transport_wide_; }  // RTPFB with FMT 15

 private:
  std::optional<RtcpPacket> parse(const RtcpHeader& header);
  template <class Packet>
  std::optional<RtcpPacket> parse_as(const RtcpHeader& header);

  std::span<const std::uint8_t> rest_;
  std::size_t malformed_ = 0;
  std::size_t unknown_ = 0;
  std::size_t transport_wide_ = 0;
};

}  // namespace halcyon::mediad
