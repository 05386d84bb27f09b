#include "mediad/srtp/outgoing_rtp.h"

#include <optional>

namespace halcyon::mediad {
namespace {

constexpr std::size_t kFixedHeader = 12;
constexpr std::size_t kWord = 4;

std::uint16_t be16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// Of the header with its CSRCs and extension (RFC 3550 5.1, 5.3.1); nullopt if the packet ends
/// before.
std::optional<std::size_t> header_size(std::span<const std::uint8_t> packet) {
  if (packet.size() < kFixedHeader) return std::nullopt;
  const bool has_extension = (packet[0] & 0x10) != 0;
  std::size_t size = kFixedHeader + kWord * (packet[0] & 0x0f);
  if (has_extension) {
    if (packet.size() < size + kWord) return std::nullopt;
    size += kWord + kWord * be16(packet, size + 2);
  }
  return size <= packet.size() ? std::optional(size) : std::nullopt;
}

}  // namespace

Result<MultiBufferJob, SrtpError> OutgoingRtp::prepare(std::span<std::uint8_t> buffer,
                                                       std::size_t size) {
  if (size > buffer.size() || buffer.size() - size < kSrtpMaxTrailer) {
    return make_unexpected(SrtpError::kNoRoom);
  }
  const auto packet = buffer.first(size);
  const auto clear = header_size(packet);
  if (!clear) return make_unexpected(SrtpError::kMalformed);
  const std::uint32_t ssrc = std::uint32_t{be16(packet, 8)} << 16 | be16(packet, 10);
  PacketIndex& indices = indices_.try_emplace(ssrc, kSrtpSendWindow).first->second;
  const auto index = indices.next(be16(packet, 2));
  if (!index) return make_unexpected(SrtpError::kReplay);
  return MultiBufferJob{.keys = &keys_,
                        .packet = packet.data(),
                        .header_size = *clear,
                        .size = size,
                        .tag_size = static_cast<std::size_t>(tag_),
                        .ssrc = ssrc,
                        .index = *index};
}

}  // namespace halcyon::mediad
