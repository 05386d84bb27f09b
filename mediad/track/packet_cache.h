#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/units/time.h"
#include "mediad/codec/codec.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::mediad {

/// A decrypted packet as it is forwarded: the fixed header and CSRCs as they came, header
/// extensions taken out.
struct CachedPacket {
  std::uint64_t extended_sequence =
      0;  // unwrapped, so that late and early can be told apart for ever
  Timestamp arrival;
  std::uint32_t rtp_timestamp = 0;
  std::uint16_t size = 0;        // of bytes, header included
  std::uint8_t header_size = 0;  // 12 + 4 x CSRC count
  bool marker = false;
  Keyframe keyframe = Keyframe::kUnknown;  // does it start one
  std::uint8_t bytes[kMaxRtpPacket];

  std::uint16_t sequence_number() const { return static_cast<std::uint16_t>(extended_sequence); }
  std::span<const std::uint8_t> packet() const { return {bytes, size}; }
  std::span<const std::uint8_t> payload() const { return packet().subspan(header_size); }
};

}  // namespace halcyon::mediad
