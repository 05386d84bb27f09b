#include "mediad/rtcp/rtcp_header.h"

#include "common/bytes/byte_reader.h"
#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::size_t kMaxCount = 31;  // five bits

}  // namespace

Result<RtcpHeader, RtcpError> RtcpHeader::parse(std::span<const std::uint8_t> bytes) {
  ByteReader r(bytes);
  const std::uint8_t first = r.u8();
  RtcpHeader header;
  header.type = r.u8();
  const std::size_t body_size = r.u16() * std::size_t{4};
  if (!r.ok()) return make_unexpected(RtcpError::kTooShort);
  if (first >> 6 != kVersion) return make_unexpected(RtcpError::kWrongVersion);
  header.count = first & 0x1f;
  header.body = r.bytes(body_size);
  if (!r.ok()) return make_unexpected(RtcpError::kBadLength);
  header.size = r.position();
  if ((first & 0x20) != 0) {
    if (header.body.empty()) return make_unexpected(RtcpError::kBadPadding);
    const std::size_t padding = header.body.back();
    if (padding == 0 || padding % 4 != 0 || padding > header.body.size()) {
      return make_unexpected(RtcpError::kBadPadding);
    }
    header.body = header.body.first(header.body.size() - padding);
  }
  return header;
}

RtcpPacketWriter::RtcpPacketWriter(ByteWriter& writer, RtcpType type, std::size_t count)
    : writer_(writer), begin_(writer.size()) {
  check(count <= kMaxCount);
  writer_.u8(static_cast<std::uint8_t>(0x80 | count));
  writer_.u8(static_cast<std::uint8_t>(type));
  writer_.u16(0);
}

bool RtcpPacketWriter::finish() {
  while (writer_.ok() && (writer_.size() - begin_) % 4 != 0) writer_.u8(0);
  if (!writer_.ok()) return false;
  writer_.patch_u16(begin_ + 2, static_cast<std::uint16_t>((writer_.size() - begin_) / 4 - 1));
  return writer_.ok();
}

}  // namespace halcyon::mediad
