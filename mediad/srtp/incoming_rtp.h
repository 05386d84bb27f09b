#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "common/result/result.h"
#include "mediad/srtp/multi_buffer.h"
#include "mediad/srtp/replay_window.h"
#include "mediad/srtp/srtp_error.h"
#include "mediad/srtp/srtp_tag.h"

namespace halcyon::mediad {

/// The receiving side of one SRTP session without the cryptography: checks packets, and knows keys
/// and what has come. The cryptography is left to MultiBuffer, for many packets at once.
class IncomingRtp {
 public:
  IncomingRtp(const SenderKeys& keys, SrtpTag tag) : keys_(keys), tag_(tag) {}

  /// The work that a packet takes. It borrows the packet and this object.
  Result<MultiBufferJob, SrtpError> prepare(std::span<std::uint8_t> packet) const;
  /// Whether prepare() says the same of this packet when others are accepted in between, at most
  /// MultiBuffer::kMaxBatch.
  bool may_wait(const MultiBufferJob& job) const;
  /// The job was run. If it was done, the packet is authentic and its index is used up; otherwise
  /// kAuthentication. kReplay when another with this index was accepted since prepare().
  Result<void, SrtpError> accept(const MultiBufferJob& job);

 private:
  SenderKeys keys_;
  SrtpTag tag_;
  /// By SSRC. Only of authentic packets; SrtpSession bounds their number.
  std::unordered_map<std::uint32_t, ReplayWindow> windows_;
};

}  // namespace halcyon::mediad
