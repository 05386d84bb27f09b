#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/bytes/byte_writer.h"
#include "common/result/result.h"

namespace halcyon::mediad {

enum class RtcpError { kTooShort, kWrongVersion, kBadLength, kBadPadding, kBadContent };

/// Packet types (RFC 3550 12.1, RFC 4585 6.1).
enum class RtcpType : std::uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSdes = 202,
  kBye = 203,
  kTransportFeedback = 205,  // RTPFB
  kPayloadFeedback = 206,    // PSFB
};

/// Feedback message types (FMT) in the count field.
inline constexpr std::uint8_t kFmtNack = 1;               // RTPFB, RFC 4585 6.2.1
inline constexpr std::uint8_t kFmtTransportWide = 15;     // RTPFB
inline constexpr std::uint8_t kFmtPli = 1;                // PSFB, RFC 4585 6.3.1
inline constexpr std::uint8_t kFmtFir = 4;                // PSFB, RFC 5104 4.3.1
inline constexpr std::uint8_t kFmtApplicationLayer = 15;  // PSFB, RFC 4585 6.4; REMB

/// The beginning of every RTCP packet (RFC 3550 6.4), and what follows it.
///
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  count  |      PT       |             length            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///
/// `length` counts 32-bit words without the first.
struct RtcpHeader {
  static constexpr std::size_t kSize = 4;

  std::uint8_t count = 0;  // of blocks or chunks, or the FMT
  std::uint8_t type = 0;
  std::span<const std::uint8_t> body;  // without padding
  std::size_t size = 0;                // of the whole packet

  /// The first packet of a compound. Borrows the bytes.
  static Result<RtcpHeader, RtcpError> parse(std::span<const std::uint8_t> bytes);
};

/// Writes a packet's header on construction and its length on finish().
class RtcpPacketWriter {
 public:
  RtcpPacketWriter(ByteWriter& writer, RtcpType type, std::size_t count);
  /// Fills up to a whole word. False when something did not fit; the writer is then not ok().
  bool finish();

 private:
  ByteWriter& writer_;
  std::size_t begin_;
};

}  // namespace halcyon::mediad
