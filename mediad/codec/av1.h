#pragma once

#include <cstdint>
#include <span>

#include "mediad/codec/codec.h"

namespace halcyon::mediad {

/// Does the packet start a keyframe (RTP Payload Format for AV1, 4.4)?
///
///       0 1 2 3 4 5 6 7
///      +-+-+-+-+-+-+-+-+
///      |Z|Y| W |N|-|-|-|  aggregation header
///      +-+-+-+-+-+-+-+-+
///
/// Z: the first OBU element continues one of the packet before; Y: the last one continues in the
/// next; W: number of elements, 0 for "all have a length"; N: first packet of a coded video
/// sequence. Yes when N is set and the sequence header is followed by a shown key frame; unknown
/// when the packet ends before a frame header.
Keyframe av1_keyframe(std::span<const std::uint8_t> payload);

}  // namespace halcyon::mediad
