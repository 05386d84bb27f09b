#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "common/descriptor/descriptor.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "signald/server/http1_session.h"
#include "signald/server/session.h"
#include "signald/server/tls_stream.h"
#include "signald/ws/websocket_engine.h"

namespace halcyon::signald {

/// What all connections of a server share. All that is referred to outlives them.
struct ConnectionServices {
  uv::Loop& loop;
  const TlsContext* tls;  // null: plain
  Handler& handler;
  const UpgradeRules& upgrades;
  WebSocketEngine& websockets;
  const TrustedProxies& proxies;
  const ConnectionLimits& limits;
  /// One connection at a time passes its bytes through here: an idle one has no buffers.
  std::array<char, 16u << 10> buffer{};
};

/// One network connection from acceptance to its end: TLS, then the session its client chose, then
/// perhaps a WebSocket. The only I/O is here and in the streams.
class Connection {
 public:
  /// `gone` is called once, from the loop, when this may be destroyed.
  Connection(ConnectionServices& services, Descriptor socket, SocketAddress peer,
             std::function<void(Connection&)> gone);

  const SocketAddress& peer() const { return peer_; }
  /// The server is stopping.
  void leave();

 private:
  enum class Phase {
    kFirstByte,  // TLS or not?
    kHandshake,
    kTalking,
    kLingering,  // we have sent our last; the client may not have read it
    kGone,
  };

  void turn();
  void look_at_first_byte();
  void shake_hands();
  void begin(std::unique_ptr<Session> session);
  SessionContext session_context();
  void talk();
  bool read_some();
  bool write_some();
  bool flush();
  void become_websocket(Http1Session::Upgrade upgrade);
  void linger();
  void drain();
  void end();
  void wait();
  void watch(bool reads, bool writes);
  Timestamp next_deadline() const;
  void on_time();

  ConnectionServices& services_;
  Descriptor socket_;
  SocketAddress peer_;
  std::function<void(Connection&)> gone_;
  uv::Poll poll_;
  uv::Timer timer_;
  std::pair<bool, bool> watched_{};  // to be read, to be written
  Phase phase_;
  Timestamp phase_deadline_;
  Timestamp timer_set_ = Timestamp::never();
  std::unique_ptr<ByteStream> stream_;
  TlsStream* tls_ = nullptr;            // stream_, during the handshake
  Http1Session* upgradable_ = nullptr;  // session_, as long as it may become a WebSocket
  bool is_websocket_ = false;
  bool input_ended_ = false;
  bool again_ = false;  // turn() has more to do than it took upon itself
  std::string unsent_;  // pulled from the session, not taken by the stream
  Timestamp stall_deadline_ = Timestamp::never();
  std::unique_ptr<Session> session_;
};

}  // namespace halcyon::signald
