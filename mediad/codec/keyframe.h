#pragma once

#include <cstdint>
#include <span>

#include "mediad/codec/codec.h"

namespace halcyon::mediad {

/// Does an RTP payload start a keyframe? Always unknown for audio, which has none.
Keyframe detect_keyframe(CodecType type, std::span<const std::uint8_t> payload);

}  // namespace halcyon::mediad
