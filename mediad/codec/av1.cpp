#include "mediad/codec/av1.h"

#include <optional>

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kObuSequenceHeader = 1;
constexpr std::uint8_t kObuFrameHeader = 3;
constexpr std::uint8_t kObuFrame = 6;
constexpr int kMaxLeb128Bytes = 8;

std::optional<std::uint64_t> read_leb128(ByteReader& r) {
  std::uint64_t value = 0;
  for (int i = 0; i < kMaxLeb128Bytes; ++i) {
    const std::uint8_t byte = r.u8();
    if (!r.ok()) return std::nullopt;
    value |= std::uint64_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

/// The elements of a packet, one by one.
class ObuElements {
 public:
  explicit ObuElements(std::span<const std::uint8_t> payload) : reader_(payload) {
    const std::uint8_t header = reader_.u8();
    count_ = header >> 4 & 0x03;
  }

  /// Nullopt at the end and when a length is wrong.
  std::optional<std::span<const std::uint8_t>> next() {
    if (reader_.remaining() == 0) return std::nullopt;
    ++index_;
    // With a count, the last element has no length: it reaches to the end of the packet.
    if (count_ != 0 && index_ == count_) return reader_.rest();
    if (count_ != 0 && index_ > count_) return std::nullopt;
    const auto size = read_leb128(reader_);
    if (!size || *size > reader_.remaining()) return std::nullopt;
    return reader_.bytes(static_cast<std::size_t>(*size));
  }

 private:
  ByteReader reader_;
  int count_ = 0;
  int index_ = 0;
};

struct Obu {
  std::uint8_t type = 0;
  std::span<const std::uint8_t> body;
};

/// An OBU (AV1 bitstream 5.3) with its optional extension byte and size field taken off.
std::optional<Obu> parse_obu(std::span<const std::uint8_t> element) {
  ByteReader r(element);
  const std::uint8_t header = r.u8();
  if ((header & 0x04) != 0) r.skip(1);  // temporal and spatial id
  if (!r.ok()) return std::nullopt;
  if ((header & 0x02) != 0 && !read_leb128(r)) return std::nullopt;
  return Obu{static_cast<std::uint8_t>(header >> 3 & 0x0f), r.rest()};
}

}  // namespace

Keyframe av1_keyframe(std::span<const std::uint8_t> payload) {
  if (payload.size() < 2) return Keyframe::kNo;
  const bool continues = (payload[0] & 0x80) != 0;
  const bool new_sequence = (payload[0] & 0x08) != 0;
  if (continues || !new_sequence) return Keyframe::kNo;
  bool sequence_header = false;
  ObuElements elements(payload);
  while (const auto element = elements.next()) {
    const auto obu = parse_obu(*element);
    if (!obu) return Keyframe::kUnknown;
    if (obu->type == kObuSequenceHeader) {
      sequence_header = true;
    } else if (obu->type == kObuFrameHeader || obu->type == kObuFrame) {
      if (!sequence_header) return Keyframe::kNo;
      if (obu->body.empty()) return Keyframe::kUnknown;
      const bool show_existing = (obu->body[0] & 0x80) != 0;
      const bool key_frame = (obu->body[0] & 0x60) == 0;
      return !show_existing && key_frame ? Keyframe::kYes : Keyframe::kNo;
    }
  }
  return sequence_header ? Keyframe::kUnknown : Keyframe::kNo;
}

}  // namespace halcyon::mediad
