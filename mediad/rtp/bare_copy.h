#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mediad/rtp/rtp_packet.h"

namespace halcyon::mediad {

/// Size of the fixed header with CSRCs, without header extensions.
std::size_t bare_header_size(const RtpPacketView& packet);
/// Size of what copy_bare() writes.
std::size_t bare_size(const RtpPacketView& packet);

/// Copies a packet without its header extensions and its padding; CSRCs and payload stay. Returns
/// the size, 0 if `out` is too small.
std::size_t copy_bare(const RtpPacketView& packet, std::span<std::uint8_t> out);

}  // namespace halcyon::mediad
