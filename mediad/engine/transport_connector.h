#pragma once

#include <cstdint>
#include <span>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/media_transport.h"
#include "mediad/engine/track_router.h"
#include "mediad/engine/transport_table.h"

namespace halcyon::mediad {

/// Brings transports up and notices when they go down: ICE checks, DTLS datagrams and handshake
/// results in; answers, handshake jobs and TransportStateChanged out.
class TransportConnector {
 public:
  TransportConnector(EngineContext& context, TransportTable& table, TrackRouter& router)
      : context_(context), table_(table), router_(router) {}

  void handle_stun(const TransportAddress& from, std::span<const std::uint8_t> datagram,
                   Timestamp now);
  void handle_dtls(const TransportAddress& from, std::span<const std::uint8_t> datagram,
                   Timestamp now);
  void handle_handshake(HandshakeResult result, Timestamp now);
  void handle_ice_timeout(MediaTransport& transport, Timestamp now);

  /// The peer's side became known. Role and fingerprints of a handshake that has begun stay as they
  /// are.
  void set_remote(MediaTransport& transport, DtlsRole role, std::vector<Fingerprint> fingerprints,
                  Timestamp now);
  /// After any change from outside: tells signald of a new state, and tracks whether they may send.
  void update(MediaTransport& transport, Timestamp now);
  /// Reports the present state, whether or not it was reported before.
  void announce(MediaTransport& transport);

 private:
  void start_handshake(MediaTransport& transport);
  void connected(MediaTransport& transport, SrtpSession srtp);
  void fail_dtls(MediaTransport& transport, std::string reason);

  EngineContext& context_;
  TransportTable& table_;
  TrackRouter& router_;
};

}  // namespace halcyon::mediad
