#include "mediad/codec/vp8.h"

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kInterframe = 0x01;  // "P", inverse key frame flag of the VP8 frame tag
constexpr std::uint16_t kDimensionMask = 0x3fff;

}  // namespace

std::optional<Vp8Descriptor> parse_vp8_descriptor(std::span<const std::uint8_t> payload) {
  ByteReader r(payload);
  Vp8Descriptor d;
  const std::uint8_t first = r.u8();
  d.non_reference = (first & 0x20) != 0;
  d.start_of_partition = (first & 0x10) != 0;
  d.partition = first & 0x07;
  const std::uint8_t flags = (first & 0x80) != 0 ? r.u8() : 0;
  if ((flags & 0x80) != 0) {
    d.picture_id_offset = r.position();
    const std::uint8_t high = r.u8();
    d.long_picture_id = (high & 0x80) != 0;
    d.picture_id = d.long_picture_id ? static_cast<std::uint16_t>((high & 0x7f) << 8 | r.u8())
                                     : static_cast<std::uint16_t>(high);
  }
  if ((flags & 0x40) != 0) d.tl0_picture_index = r.u8();
  if ((flags & 0x30) != 0) {
    const std::uint8_t layer = r.u8();
    if ((flags & 0x20) != 0) {
      d.temporal_layer = static_cast<std::uint8_t>(layer >> 6);
      d.layer_sync = (layer & 0x20) != 0;
    }
    if ((flags & 0x10) != 0) d.key_index = static_cast<std::uint8_t>(layer & 0x1f);
  }
  if (!r.ok()) return std::nullopt;
  d.size = r.position();
  return d;
}

Keyframe vp8_keyframe(std::span<const std::uint8_t> payload, const Vp8Descriptor& descriptor) {
  if (payload.size() <= descriptor.size) return Keyframe::kUnknown;
  if (!descriptor.starts_frame()) return Keyframe::kNo;
  return (payload[descriptor.size] & kInterframe) == 0 ? Keyframe::kYes : Keyframe::kNo;
}

Keyframe vp8_keyframe(std::span<const std::uint8_t> payload) {
  const auto descriptor = parse_vp8_descriptor(payload);
  return descriptor ? vp8_keyframe(payload, *descriptor) : Keyframe::kUnknown;
}

std::optional<FrameSize> vp8_frame_size(std::span<const std::uint8_t> payload) {
  const auto descriptor = parse_vp8_descriptor(payload);
  if (!descriptor || vp8_keyframe(payload, *descriptor) != Keyframe::kYes) return std::nullopt;
  ByteReader r(payload.subspan(descriptor->size));
  r.skip(3);  // frame tag
  if (r.u24() != 0x9d012a || r.remaining() < 4) return std::nullopt;
  const auto little_endian = [&r] {
    const std::uint8_t low = r.u8();
    return static_cast<std::uint16_t>((low | r.u8() << 8) & kDimensionMask);
  };
  FrameSize size;
  size.width = little_endian();
  size.height = little_endian();
  return size;
}

void set_vp8_picture_id(std::span<std::uint8_t> payload, const Vp8Descriptor& descriptor,
                        std::uint16_t picture_id) {
  if (!descriptor.picture_id || descriptor.size > payload.size()) return;
  const std::size_t at = descriptor.picture_id_offset;
  if (descriptor.long_picture_id) {
    payload[at] = static_cast<std::uint8_t>(0x80 | (picture_id >> 8 & 0x7f));
    payload[at + 1] = static_cast<std::uint8_t>(picture_id);
  } else {
    payload[at] = static_cast<std::uint8_t>(picture_id & 0x7f);
  }
}

}  // namespace halcyon::mediad
