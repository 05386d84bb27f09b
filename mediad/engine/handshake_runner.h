#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "common/ids/media_ids.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/srtp/srtp_session.h"

namespace halcyon::mediad {

/// Runs DTLS sessions, one for each transport, and makes SRTP sessions of their keys, somewhere
/// else than on the packet thread: a handshake costs milliseconds. Results come back by
/// MediaEngine::handle_handshake(), never from inside these calls.
class HandshakeRunner {
 public:
  virtual ~HandshakeRunner() = default;
  virtual void start(TransportId id, DtlsRole role, std::vector<Fingerprint> expected) = 0;
  /// False when too much is queued already; the datagram is lost, and DTLS will repeat it.
  virtual bool feed(TransportId id, std::span<const std::uint8_t> datagram) = 0;
  virtual void stop(TransportId id) = 0;
  /// Destroys a session: that takes as long as making it.
  virtual void retire(SrtpSession session) = 0;
};

struct HandshakeResult {
  /// SrtpSession: the handshake is done, and this came of it.
  using Output =
      std::variant<DtlsSession::Datagram, SrtpSession, DtlsSession::Failed, DtlsSession::Closed>;
  TransportId id;
  Output output;
};

/// For the runner's own thread. Fails the handshake if no SRTP session can be made.
HandshakeResult make_handshake_result(TransportId id, DtlsSession::Output output);

}  // namespace halcyon::mediad
