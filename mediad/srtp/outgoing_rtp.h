#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "common/result/result.h"
#include "mediad/srtp/multi_buffer.h"
#include "mediad/srtp/packet_index.h"
#include "mediad/srtp/srtp_error.h"
#include "mediad/srtp/srtp_tag.h"

namespace halcyon::mediad {

/// The sending side of one SRTP session without the cryptography: checks packets, and knows keys
/// and indices. The cryptography is left to MultiBuffer, for many sessions at once.
class OutgoingRtp {
 public:
  OutgoingRtp(const SenderKeys& keys, SrtpTag tag) : keys_(keys), tag_(tag) {}

  /// The work that protecting `size` bytes at the start of `buffer` takes. Uses up the packet's
  /// index: the job must be done. It borrows the buffer and this object.
  Result<MultiBufferJob, SrtpError> prepare(std::span<std::uint8_t> buffer, std::size_t size);

 private:
  SenderKeys keys_;
  SrtpTag tag_;
  std::unordered_map<std::uint32_t, PacketIndex> indices_;  // by SSRC
};

}  // namespace halcyon::mediad
