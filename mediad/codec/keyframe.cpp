#include "mediad/codec/keyframe.h"

#include "mediad/codec/av1.h"
#include "mediad/codec/h264.h"
#include "mediad/codec/vp8.h"
#include "mediad/codec/vp9.h"

namespace halcyon::mediad {

Keyframe detect_keyframe(CodecType type, std::span<const std::uint8_t> payload) {
  switch (type) {
    case CodecType::kVp8:
      return vp8_keyframe(payload);
    case CodecType::kVp9:
      return vp9_keyframe(payload);
    case CodecType::kAv1:
      return av1_keyframe(payload);
    case CodecType::kH264:
      return h264_keyframe(payload);
    case CodecType::kOpus:
    case CodecType::kG722:
    case CodecType::kPcmu:
    case CodecType::kPcma:
      return Keyframe::kUnknown;
  }
  return Keyframe::kUnknown;
}

}  // namespace halcyon::mediad
