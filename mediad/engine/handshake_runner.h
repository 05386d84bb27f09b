#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/ids/media_ids.h"
#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad {

/// Runs DTLS sessions, one for each transport, somewhere else than on the packet thread: a
/// handshake costs milliseconds. Results come back by MediaEngine::handle_handshake(), never from
/// inside these calls.
class HandshakeRunner {
 public:
  virtual ~HandshakeRunner() = default;
  virtual void start(TransportId id, DtlsRole role, std::vector<Fingerprint> expected) = 0;
  /// False when too much is queued already; the datagram is lost, and DTLS will repeat it.
  virtual bool feed(TransportId id, std::span<const std::uint8_t> datagram) = 0;
  virtual void stop(TransportId id) = 0;
};

struct HandshakeResult {
  TransportId id;
  DtlsSession::Output output;
};

}  // namespace halcyon::mediad
