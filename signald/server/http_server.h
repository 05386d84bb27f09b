#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "common/result/error.h"
#include "common/uv/loop.h"
#include "signald/http/certificate_store.h"
#include "signald/http/handler.h"
#include "signald/http/http_limits.h"
#include "signald/http/listen_socket.h"
#include "signald/http/trusted_proxies.h"
#include "signald/ws/lws_websocket.h"

namespace halcyon::signald {

/// What the administrator may choose.
struct ServerSettings {
  ConnectionLimits limits;
  TrustedProxies proxies;
};

/// HTTP/1.1, HTTP/2 and WebSocket, over TLS or plain (then without HTTP/2).
class HttpServer {
 public:
  /// All references must outlive the server. Without certificates it speaks plain HTTP.
  static ResultOr<std::unique_ptr<HttpServer>> start(uv::Loop& loop,
                                                     std::unique_ptr<ListenSocket> socket,
                                                     CertificateStore* certificates,
                                                     Handler& handler, WebSocketLayer& websockets,
                                                     ServerSettings settings = {});
  /// Closes what is left, and turns the loop for it.
  ~HttpServer();

  std::uint16_t port() const;
  /// No new connections from here on, and no further requests on those there are. WebSockets stay.
  void stop_listening();
  /// Network connections, WebSockets included.
  std::size_t connection_count() const;
  /// Connections refused because there were too many, of their address or in all.
  std::uint64_t refused_connections() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::signald
