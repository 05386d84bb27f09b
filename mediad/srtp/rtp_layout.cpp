#include "mediad/srtp/rtp_layout.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kFixedHeader = 12;
constexpr std::size_t kWord = 4;

std::uint16_t be16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace

std::optional<RtpLayout> read_rtp_layout(std::span<const std::uint8_t> packet) {
  if (packet.size() < kFixedHeader) return std::nullopt;
  const bool has_extension = (packet[0] & 0x10) != 0;
  std::size_t size = kFixedHeader + kWord * (packet[0] & 0x0f);
  if (has_extension) {
    if (packet.size() < size + kWord) return std::nullopt;
    size += kWord + kWord * be16(packet, size + 2);
  }
  if (size > packet.size()) return std::nullopt;
  return RtpLayout{.header_size = size,
                   .sequence_number = be16(packet, 2),
                   .ssrc = std::uint32_t{be16(packet, 8)} << 16 | be16(packet, 10)};
}

}  // namespace halcyon::mediad
