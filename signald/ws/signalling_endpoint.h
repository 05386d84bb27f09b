#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/ids/strong_id.h"
#include "common/net/socket_address.h"
#include "common/units/moment.h"

namespace halcyon::signald {

/// One WebSocket connection; never used twice in a process.
using ConnectionId = StrongId<struct ConnectionIdTag>;

/// RFC 6455 7.4.1.
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kTooBig = 1009;
inline constexpr std::uint16_t kInternalError = 1011;
}  // namespace close_code

/// Largest message a client may send, summed over its fragments (protocol.md 1.3).
inline constexpr std::size_t kMaxClientMessage = 1u << 20;

/// What the WebSocket layer tells the signalling protocol. Called on the loop, never from within a
/// ConnectionSink call.
class SignallingEndpoint {
 public:
  virtual ~SignallingEndpoint() = default;
  /// `peer` is empty when the client came over a Unix socket.
  virtual void opened(ConnectionId id, const SocketAddress& peer, Moment now) = 0;
  /// A whole message, text or binary, at most kMaxClientMessage.
  virtual void message(ConnectionId id, std::string_view json, Moment now) = 0;
  /// The connection is gone, whoever ended it; the last call for this id.
  virtual void closed(ConnectionId id, Moment now) = 0;
};

/// What the signalling protocol asks of the WebSocket layer. Ids that are gone are ignored.
class ConnectionSink {
 public:
  virtual ~ConnectionSink() = default;
  /// Queues one text message. A receiver too slow to empty its queue is dropped by the layer
  /// (closed() follows).
  virtual void send_text(ConnectionId id, std::string json) = 0;
  /// Sends what is queued, then a close frame, then ends the TCP connection; closed() follows. The
  /// reason is cut to the 123 bytes that fit, at a UTF-8 border.
  virtual void close(ConnectionId id, std::uint16_t code, std::string_view reason) = 0;
  /// Ends the TCP connection without a close frame.
  virtual void drop(ConnectionId id) = 0;
};

}  // namespace halcyon::signald
