#include "mediad/ice/stun_layout.h"

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;

enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802a,
};

bool length_fits(std::uint16_t attribute, std::size_t length) {
  switch (attribute) {
    case kUsername:
      return length <= 513;  // RFC 8445 16.1 gives both halves 256 at most
    case kMessageIntegrity:
      return length == 20;
    case kPriority:
    case kFingerprint:
      return length == 4;
    case kUseCandidate:
      return length == 0;
    case kIceControlled:
    case kIceControlling:
      return length == 8;
    default:
      return true;
  }
}

void note(StunLayout& layout, std::uint16_t attribute, std::span<const std::uint8_t> value) {
  switch (attribute) {
    case kUsername:
      if (!layout.username) {
        layout.username.emplace(reinterpret_cast<const char*>(value.data()), value.size());
      }
      break;
    case kMessageIntegrity:
      layout.has_integrity = true;
      break;
    case kPriority:
      layout.has_priority = true;
      break;
    case kUseCandidate:
      layout.use_candidate = true;
      break;
    case kIceControlled:
      layout.controlled = true;
      break;
    case kIceControlling:
      layout.controlling = true;
      break;
    default:
      break;
  }
}

std::optional<std::uint16_t> read_header(ByteReader& reader, std::size_t size) {
  if (size < kStunHeaderSize || size > kMaxStunMessageSize) return std::nullopt;
  const std::uint16_t type = reader.u16();
  const std::size_t length = reader.u16();
  const bool has_cookie = reader.u32() == kMagicCookie;
  reader.skip(12);
  if (type >= 0x4000 || !has_cookie || length % 4 != 0 || length + kStunHeaderSize != size) {
    return std::nullopt;
  }
  return type;
}

}  // namespace

std::optional<StunLayout> read_stun_layout(std::span<const std::uint8_t> datagram) {
  ByteReader reader(datagram);
  const std::optional<std::uint16_t> type = read_header(reader, datagram.size());
  if (!type) return std::nullopt;
  StunLayout layout;
  layout.type = *type;
  while (reader.remaining() > 0) {
    const std::uint16_t attribute = reader.u16();
    const std::size_t length = reader.u16();
    const std::span<const std::uint8_t> value = reader.bytes(length);
    reader.skip((4 - length % 4) % 4);
    if (!reader.ok() || !length_fits(attribute, length)) return std::nullopt;
    if (attribute == kFingerprint) {
      if (reader.remaining() != 0) return std::nullopt;
      return layout;
    }
    if (!layout.has_integrity) note(layout, attribute, value);
  }
  return std::nullopt;
}

}  // namespace halcyon::mediad
