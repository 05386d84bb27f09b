#include "mediad/dtls/client_hello_assembler.h"

#include <algorithm>

#include "common/bytes/byte_reader.h"
#include "common/bytes/byte_writer.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kApplicationData = 23;
constexpr std::uint8_t kClientHello = 1;
constexpr std::size_t kEpochOffset = 3;

}  // namespace

std::span<const std::uint8_t> take_dtls_record(std::span<const std::uint8_t>& datagram) {
  ByteReader reader(datagram);
  const std::uint8_t type = reader.u8();
  const std::uint16_t version = reader.u16();
  reader.skip(8);
  const std::size_t length = reader.u16();
  reader.skip(length);
  if (!reader.ok() || type < kChangeCipherSpec || type > kApplicationData || version >> 8 != 0xfe) {
    datagram = {};
    return {};
  }
  const std::span<const std::uint8_t> record = datagram.first(reader.position());
  datagram = datagram.subspan(reader.position());
  return record;
}

bool is_client_hello(std::span<const std::uint8_t> record) {
  return record.size() >= kDtlsRecordHeaderSize + kDtlsHandshakeHeaderSize &&
         record[0] == kHandshake && record[kEpochOffset] == 0 && record[kEpochOffset + 1] == 0 &&
         record[kDtlsRecordHeaderSize] == kClientHello;
}

std::optional<std::vector<std::uint8_t>> ClientHelloAssembler::add(
    std::span<const std::uint8_t> record) {
  ByteReader reader(record.subspan(kDtlsRecordHeaderSize));
  reader.skip(1);
  const std::size_t length = reader.u24();
  const std::uint16_t message_seq = reader.u16();
  const std::size_t offset = reader.u24();
  const std::size_t fragment_length = reader.u24();
  const std::span<const std::uint8_t> fragment = reader.rest();
  if (!reader.ok() || fragment.size() != fragment_length || length == 0 ||
      length > kMaxClientHelloSize || offset + fragment_length > length) {
    return std::nullopt;
  }
  if (message_.size() != length || message_seq_ != message_seq) {
    message_.assign(length, 0);
    present_.assign(length, false);
    missing_ = length;
    message_seq_ = message_seq;
  }
  for (std::size_t i = 0; i < fragment.size(); ++i) {
    if (present_[offset + i]) continue;
    present_[offset + i] = true;
    message_[offset + i] = fragment[i];
    --missing_;
  }
  if (missing_ > 0) return std::nullopt;

  // The completing record's sequence number is new to mbedTLS's replay check, which saw none of the
  // fragments.
  std::vector<std::uint8_t> whole(kDtlsRecordHeaderSize + kDtlsHandshakeHeaderSize + length);
  ByteWriter writer(whole);
  writer.bytes(record.first(kDtlsRecordHeaderSize - 2));
  writer.u16(static_cast<std::uint16_t>(kDtlsHandshakeHeaderSize + length));
  writer.u8(kClientHello);
  writer.u24(static_cast<std::uint32_t>(length));
  writer.u16(message_seq);
  writer.u24(0);
  writer.u24(static_cast<std::uint32_t>(length));
  writer.bytes(message_);
  message_.clear();
  return whole;
}

}  // namespace halcyon::mediad
