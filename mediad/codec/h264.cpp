#include "mediad/codec/h264.h"

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

enum NalType : std::uint8_t {
  kIdrSlice = 5,
  kSps = 7,
  kLastSingle = 23,
  kStapA = 24,
  kStapB = 25,
  kMtap16 = 26,
  kMtap24 = 27,
  kFuA = 28,
  kFuB = 29,
};

std::uint8_t nal_type(std::uint8_t header) { return header & 0x1f; }

Keyframe of_single(std::uint8_t type) {
  return type == kSps || type == kIdrSlice ? Keyframe::kYes : Keyframe::kNo;
}

/// Bytes between the length field and the NAL header of an aggregated unit: DOND and TS offset.
std::size_t unit_prefix(std::uint8_t aggregation) {
  if (aggregation == kMtap16) return 3;
  return aggregation == kMtap24 ? 4 : 0;
}

Keyframe of_aggregation(std::uint8_t aggregation, ByteReader& r) {
  if (aggregation != kStapA) r.skip(2);  // DON
  const std::size_t prefix = unit_prefix(aggregation);
  if (r.remaining() == 0) return Keyframe::kUnknown;
  while (r.remaining() > 0) {
    const std::size_t size = r.u16();
    r.skip(prefix);
    const auto unit = r.bytes(size);
    if (unit.empty()) return Keyframe::kUnknown;
    const std::uint8_t type = nal_type(unit[0]);
    if (type == 0 || type > kLastSingle) return Keyframe::kUnknown;
    if (of_single(type) == Keyframe::kYes) return Keyframe::kYes;
  }
  return r.ok() ? Keyframe::kNo : Keyframe::kUnknown;
}

}  // namespace

Keyframe h264_keyframe(std::span<const std::uint8_t> payload) {
  ByteReader r(payload);
  const std::uint8_t type = nal_type(r.u8());
  if (!r.ok() || type == 0 || type > kFuB) return Keyframe::kUnknown;
  if (type <= kLastSingle) return of_single(type);
  if (type < kFuA) return of_aggregation(type, r);
  const std::uint8_t fu = r.u8();
  if (!r.ok()) return Keyframe::kUnknown;
  const bool start = (fu & 0x80) != 0;
  return start ? of_single(nal_type(fu)) : Keyframe::kNo;
}

}  // namespace halcyon::mediad
