#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace halcyon::mediad {

/// What SRTP needs to know of an RTP packet.
struct RtpLayout {
  std::size_t header_size = 0;  // with CSRCs and extension (RFC 3550 5.1, 5.3.1)
  std::uint16_t sequence_number = 0;
  std::uint32_t ssrc = 0;
};

/// Nullopt if the packet ends before its header does.
std::optional<RtpLayout> read_rtp_layout(std::span<const std::uint8_t> packet);

}  // namespace halcyon::mediad
