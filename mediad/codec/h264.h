#pragma once

#include <cstdint>
#include <span>

#include "mediad/codec/codec.h"

namespace halcyon::mediad {

/// Does the packet start a keyframe (RFC 6184 5)? Yes when it holds a sequence parameter set or the
/// beginning of an IDR slice, alone, in an aggregation (STAP, MTAP) or as first fragment (FU). An
/// encoder may send the SPS only once, at the start, so IDR has to count too.
///
///       0 1 2 3 4 5 6 7                  0 1 2 3 4 5 6 7
///      +-+-+-+-+-+-+-+-+                +-+-+-+-+-+-+-+-+
///      |F|NRI|  Type   |  NAL header    |S|E|R|  Type   |  FU header
///      +-+-+-+-+-+-+-+-+                +-+-+-+-+-+-+-+-+
Keyframe h264_keyframe(std::span<const std::uint8_t> payload);

}  // namespace halcyon::mediad
