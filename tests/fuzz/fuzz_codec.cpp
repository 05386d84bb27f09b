#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/check/check.h"
#include "mediad/codec/keyframe.h"
#include "mediad/codec/vp8.h"
#include "mediad/codec/vp9.h"

using namespace halcyon;
using namespace halcyon::mediad;

/// The first byte chooses the codec, the rest is a payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr CodecType kTypes[] = {CodecType::kVp8, CodecType::kVp9, CodecType::kAv1,
                                  CodecType::kH264};
  const CodecType type = kTypes[data[0] % 4];
  std::vector<std::uint8_t> payload(data + 1, data + size);
  detect_keyframe(type, payload);
  if (type == CodecType::kVp9) {
    const auto descriptor = parse_vp9_descriptor(payload);
    check(!descriptor || descriptor->size <= payload.size());
  }
  if (type != CodecType::kVp8) return 0;
  vp8_frame_size(payload);
  const auto descriptor = parse_vp8_descriptor(payload);
  if (!descriptor) return 0;
  check(descriptor->size <= payload.size());
  set_vp8_picture_id(payload, *descriptor, 0x7abc);
  const auto again = parse_vp8_descriptor(payload);
  check(again && again->size == descriptor->size);
  if (!descriptor->picture_id) return 0;
  check(again->picture_id == (descriptor->long_picture_id ? 0x7abc : 0x3c));
  return 0;
}
