#include "mediad/relay/relay_packet.h"

#include "common/bytes/byte_reader.h"
#include "common/bytes/byte_writer.h"
#include "common/check/check.h"

namespace halcyon::mediad {

void write_relay_header(const RelayHeader& header, std::span<std::uint8_t> out) {
  ByteWriter writer(out);
  writer.u8(kRelayVersion);
  writer.u8(static_cast<std::uint8_t>(header.kind));
  writer.u8(header.track_index);
  writer.u8(0);
  writer.u64(header.id.value());
  check(writer.ok());
}

Result<RelayPacket, RelayError> parse_relay_packet(std::span<std::uint8_t> datagram) {
  ByteReader reader(datagram);
  const std::uint8_t version = reader.u8();
  const std::uint8_t kind = reader.u8();
  const std::uint8_t index = reader.u8();
  reader.skip(1);
  const RelayId id(reader.u64());
  if (!reader.ok()) return unexpected(RelayError::kTooShort);
  if (version != kRelayVersion) return unexpected(RelayError::kWrongVersion);
  if (kind != static_cast<std::uint8_t>(RelayKind::kRtp) &&
      kind != static_cast<std::uint8_t>(RelayKind::kRtcp)) {
    return unexpected(RelayError::kUnknownKind);
  }
  return RelayPacket{{id, static_cast<RelayKind>(kind), index}, datagram.subspan(kRelayHeaderSize)};
}

}  // namespace halcyon::mediad
