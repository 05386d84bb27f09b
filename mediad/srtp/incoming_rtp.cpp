#include "mediad/srtp/incoming_rtp.h"

#include "mediad/srtp/rtp_layout.h"

namespace halcyon::mediad {

Result<MultiBufferJob, SrtpError> IncomingRtp::prepare(std::span<std::uint8_t> packet) const {
  const auto tag_size = static_cast<std::size_t>(tag_);
  if (packet.size() < tag_size) return make_unexpected(SrtpError::kMalformed);
  const std::size_t size = packet.size() - tag_size;
  const auto layout = read_rtp_layout(packet.first(size));
  if (!layout) return make_unexpected(SrtpError::kMalformed);
  const auto it = windows_.find(layout->ssrc);
  static const ReplayWindow kNothingYet;
  const ReplayWindow& window = it == windows_.end() ? kNothingYet : it->second;
  const std::uint64_t index = window.index_of(layout->sequence_number);
  if (!window.may_accept(index)) return make_unexpected(SrtpError::kReplay);
  return MultiBufferJob{.work = MultiBufferWork::kUnprotect,
                        .keys = &keys_,
                        .packet = packet.data(),
                        .header_size = layout->header_size,
                        .size = size,
                        .tag_size = tag_size,
                        .ssrc = layout->ssrc,
                        .index = index};
}

bool IncomingRtp::may_wait(const MultiBufferJob& job) const {
  const auto it = windows_.find(job.ssrc);
  return it != windows_.end() && it->second.is_near(job.index);
}

Result<void, SrtpError> IncomingRtp::accept(const MultiBufferJob& job) {
  const auto it = windows_.find(job.ssrc);
  if (it != windows_.end() && !it->second.may_accept(job.index)) {
    return make_unexpected(SrtpError::kReplay);
  }
  if (!job.done) return make_unexpected(SrtpError::kAuthentication);
  windows_[job.ssrc].accept(job.index);
  return {};
}

}  // namespace halcyon::mediad
