#pragma once

#include <memory>

#include "common/descriptor/descriptor.h"
#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "common/uv/loop.h"
#include "signald/http/http_message.h"
#include "signald/ws/lws_websocket.h"

namespace halcyon::signald {

/// Runs libwebsockets for connections that have become WebSockets: the answer to the upgrade,
/// framing, UTF-8, pings and the closing handshake are its business; TCP, TLS and HTTP are not.
class WebSocketEngine {
 public:
  /// Both must outlive the engine.
  static ResultOr<std::unique_ptr<WebSocketEngine>> start(uv::Loop& loop, WebSocketLayer& layer);
  /// Closes what is left. Turns the loop until all of libwebsockets' handles are gone.
  ~WebSocketEngine();

  /// Makes a WebSocket of a request that UpgradeRules granted. The descriptor is where the
  /// connection's bytes go to and come from, the answer to the upgrade first.
  ResultOr<Descriptor> open(const Request& request);

 private:
  class Impl;
  explicit WebSocketEngine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::signald
