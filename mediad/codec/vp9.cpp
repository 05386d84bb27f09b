#include "mediad/codec/vp9.h"

#include <algorithm>

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr int kMaxReferences = 3;  // RFC 9628 4.2: P_DIFF occurs up to three times

bool skip_references(ByteReader& r) {
  for (int i = 0; i < kMaxReferences; ++i) {
    if ((r.u8() & 0x01) == 0) return true;
  }
  return false;
}

void read_scalability_structure(ByteReader& r, Vp9Descriptor& d) {
  const std::uint8_t head = r.u8();
  d.spatial_layer_count = static_cast<std::uint8_t>((head >> 5) + 1);
  if ((head & 0x10) != 0) {
    FrameSize largest;
    for (int i = 0; i < d.spatial_layer_count; ++i) {
      largest.width = std::max(largest.width, r.u16());
      largest.height = std::max(largest.height, r.u16());
    }
    d.largest_size = largest;
  }
  if ((head & 0x08) == 0) return;
  const unsigned pictures = r.u8();
  for (unsigned i = 0; i < pictures && r.ok(); ++i) {
    const std::uint8_t picture = r.u8();
    r.skip(picture >> 2 & 0x03);  // P_DIFFs
  }
}

}  // namespace

std::optional<Vp9Descriptor> parse_vp9_descriptor(std::span<const std::uint8_t> payload) {
  ByteReader r(payload);
  Vp9Descriptor d;
  const std::uint8_t first = r.u8();
  d.inter_picture = (first & 0x40) != 0;
  d.flexible = (first & 0x10) != 0;
  d.starts_frame = (first & 0x08) != 0;
  d.ends_frame = (first & 0x04) != 0;
  d.not_a_spatial_reference = (first & 0x01) != 0;
  if ((first & 0x80) != 0) {
    const std::uint8_t high = r.u8();
    d.picture_id = (high & 0x80) != 0 ? static_cast<std::uint16_t>((high & 0x7f) << 8 | r.u8())
                                      : static_cast<std::uint16_t>(high);
  }
  if ((first & 0x20) != 0) {
    const std::uint8_t layer = r.u8();
    d.temporal_layer = static_cast<std::uint8_t>(layer >> 5);
    d.switching_up = (layer & 0x10) != 0;
    d.spatial_layer = static_cast<std::uint8_t>(layer >> 1 & 0x07);
    d.inter_layer = (layer & 0x01) != 0;
    if (!d.flexible) r.u8();  // TL0PICIDX
  }
  if (d.flexible && d.inter_picture && !skip_references(r)) return std::nullopt;
  if ((first & 0x02) != 0) read_scalability_structure(r, d);
  if (!r.ok()) return std::nullopt;
  d.size = r.position();
  return d;
}

Keyframe vp9_keyframe(std::span<const std::uint8_t> payload, const Vp9Descriptor& descriptor) {
  if (payload.size() <= descriptor.size) return Keyframe::kUnknown;
  if (!descriptor.starts_frame) return Keyframe::kNo;
  // Upper spatial layers of a key picture may look like keyframes of their own (with D = 0), but
  // nobody can start there.
  if (descriptor.spatial_layer > 0) return Keyframe::kNo;
  const std::uint8_t header = payload[descriptor.size];
  if (header >> 6 != 2) return Keyframe::kUnknown;  // frame_marker
  // Profile 3 has a reserved bit before show_existing_frame and frame_type (VP9 bitstream 6.2).
  const std::uint8_t mask = (header & 0x30) == 0x30 ? 0x06 : 0x0c;
  return (header & mask) == 0 ? Keyframe::kYes : Keyframe::kNo;
}

Keyframe vp9_keyframe(std::span<const std::uint8_t> payload) {
  const auto descriptor = parse_vp9_descriptor(payload);
  return descriptor ? vp9_keyframe(payload, *descriptor) : Keyframe::kUnknown;
}

}  // namespace halcyon::mediad
