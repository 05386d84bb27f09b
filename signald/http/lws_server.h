#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "common/result/error.h"
#include "common/uv/loop.h"
#include "signald/http/certificate_store.h"
#include "signald/http/handler.h"
#include "signald/http/http_limits.h"
#include "signald/http/listen_socket.h"
#include "signald/http/trusted_proxies.h"
#include "signald/ws/lws_websocket.h"

namespace halcyon::signald {

/// Path of the signalling connections.
inline constexpr std::string_view kWebSocketPath = "/ws";

/// What the administrator may choose.
struct ServerSettings {
  ConnectionLimits limits;
  TrustedProxies proxies;
};

/// HTTP/1.1 and WebSocket over TLS or plain, on libwebsockets.
class LwsServer {
 public:
  /// All references must outlive the server. Without certificates it speaks plain HTTP.
  static ResultOr<std::unique_ptr<LwsServer>> start(uv::Loop& loop,
                                                    std::unique_ptr<ListenSocket> socket,
                                                    CertificateStore* certificates,
                                                    Handler& handler, WebSocketLayer& websockets,
                                                    ServerSettings settings = {});
  /// Closes what is left. Turns the loop until all of libwebsockets' handles are gone.
  ~LwsServer();

  std::uint16_t port() const;
  /// No new connections from here on; those there are stay.
  void stop_listening();
  /// Network connections, WebSockets included.
  std::size_t connection_count() const;
  /// Connections refused because their address had too many.
  std::uint64_t refused_connections() const;

 private:
  class Impl;
  explicit LwsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::signald
