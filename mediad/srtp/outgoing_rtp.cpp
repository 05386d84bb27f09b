#include "mediad/srtp/outgoing_rtp.h"

#include "mediad/srtp/rtp_layout.h"

namespace halcyon::mediad {

Result<MultiBufferJob, SrtpError> OutgoingRtp::prepare(std::span<std::uint8_t> buffer,
                                                       std::size_t size) {
  if (size > buffer.size() || buffer.size() - size < kSrtpMaxTrailer) {
    return make_unexpected(SrtpError::kNoRoom);
  }
  const auto packet = buffer.first(size);
  const auto layout = read_rtp_layout(packet);
  if (!layout) return make_unexpected(SrtpError::kMalformed);
  PacketIndex& indices = indices_.try_emplace(layout->ssrc, kSrtpSendWindow).first->second;
  const auto index = indices.next(layout->sequence_number);
  if (!index) return make_unexpected(SrtpError::kReplay);
  return MultiBufferJob{.work = MultiBufferWork::kProtect,
                        .keys = &keys_,
                        .packet = packet.data(),
                        .header_size = layout->header_size,
                        .size = size,
                        .tag_size = static_cast<std::size_t>(tag_),
                        .ssrc = layout->ssrc,
                        .index = *index};
}

}  // namespace halcyon::mediad
