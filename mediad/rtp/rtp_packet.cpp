#include "mediad/rtp/rtp_packet.h"

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint16_t kOneByteProfile = 0xbede;
constexpr std::uint16_t kTwoByteProfile = 0x1000;
constexpr std::uint16_t kTwoByteMask = 0xfff0;  // the low bits are "appbits"
constexpr std::uint8_t kOneByteStop = 15;

///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// |  ID   |  len  |  len + 1 bytes follow (RFC 8285 4.2)
/// +-+-+-+-+-+-+-+-+
std::span<const std::uint8_t> find_one_byte(std::span<const std::uint8_t> block, std::uint8_t id) {
  ByteReader r(block);
  while (r.remaining() > 0) {
    const std::uint8_t head = r.u8();
    if (head == 0) continue;  // padding
    const std::uint8_t found = head >> 4;
    if (found == kOneByteStop) return {};
    const auto content = r.bytes((head & 0x0fu) + 1);
    if (found == id) return content;
  }
  return {};
}

/// ID and length are a byte each (RFC 8285 4.3).
std::span<const std::uint8_t> find_two_byte(std::span<const std::uint8_t> block, std::uint8_t id) {
  ByteReader r(block);
  while (r.remaining() > 0) {
    const std::uint8_t found = r.u8();
    if (found == 0) continue;  // padding
    const auto content = r.bytes(r.u8());
    if (found == id) return content;
  }
  return {};
}

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                           timestamp                           |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |                             SSRC                              |
// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
// |                         CSRC (CC times)                       |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |      defined by profile       |            length             |  if X
Result<RtpPacketView, RtpError> RtpPacketView::parse(std::span<const std::uint8_t> bytes) {
  ByteReader r(bytes);
  const std::uint8_t first = r.u8();
  const std::uint8_t second = r.u8();
  RtpPacketView view;
  view.bytes_ = bytes;
  view.sequence_number_ = r.u16();
  view.timestamp_ = r.u32();
  view.ssrc_ = Ssrc{r.u32()};
  view.marker_ = (second & 0x80) != 0;
  view.payload_type_ = second & 0x7f;
  if (!r.ok()) return make_unexpected(RtpError::kTooShort);
  if (first >> 6 != kVersion) return make_unexpected(RtpError::kWrongVersion);
  r.skip((first & 0x0fu) * 4u);
  if (!r.ok()) return make_unexpected(RtpError::kTooShort);
  if ((first & 0x10) != 0) {
    view.extension_profile_ = r.u16();
    const std::size_t words = r.u16();
    view.extensions_ = r.bytes(words * 4);
    if (!r.ok()) return make_unexpected(RtpError::kBadExtension);
  }
  view.header_size_ = r.position();
  if ((first & 0x20) != 0) {
    if (r.remaining() == 0) return make_unexpected(RtpError::kBadPadding);
    view.padding_size_ = bytes.back();
    if (view.padding_size_ == 0 || view.padding_size_ > r.remaining()) {
      return make_unexpected(RtpError::kBadPadding);
    }
  }
  return view;
}

std::span<const std::uint8_t> RtpPacketView::extension(std::uint8_t id) const {
  if (id == 0) return {};
  if (extension_profile_ == kOneByteProfile) return find_one_byte(extensions_, id);
  if ((extension_profile_ & kTwoByteMask) == kTwoByteProfile) {
    return find_two_byte(extensions_, id);
  }
  return {};
}

}  // namespace halcyon::mediad
