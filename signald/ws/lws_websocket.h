#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "signald/config/global_config.h"
#include "signald/http/http_message.h"
#include "signald/ws/signalling_endpoint.h"
#include "signald/ws/upgrade_check.h"

struct lws;

namespace halcyon::signald {

/// The signalling connections, on top of libwebsockets.
class WebSocketLayer final : public ConnectionSink, public UpgradeRules {
 public:
  /// `config` must outlive this.
  explicit WebSocketLayer(GlobalConfigSource& config);
  ~WebSocketLayer() override;

  /// Once, before the first connection; must outlive the connections.
  void set_endpoint(SignallingEndpoint* endpoint) { endpoint_ = endpoint; }

  // ConnectionSink
  void send_text(ConnectionId id, std::string json) override;
  void close(ConnectionId id, std::uint16_t code, std::string_view reason) override;
  void drop(ConnectionId id) override;

  // UpgradeRules
  int check(const Request& request) const override;

  std::size_t connection_count() const { return sockets_.size(); }
  /// Those whose receiver was too slow, since the start.
  std::uint64_t dropped_slow() const { return dropped_slow_; }

  // --- For WebSocketEngine
  struct Socket;  // one connection; lives in libwebsockets' session space

  Socket* established(lws* wsi, const SocketAddress& peer);
  void received(Socket& socket, std::string_view piece, bool last);
  /// Both false: end the TCP connection now.
  bool writable(Socket& socket);
  bool peer_closes(Socket& socket, std::string_view payload);
  void closed(Socket* socket);

 private:
  Socket* find(ConnectionId id);
  void begin_close(Socket& socket, std::uint16_t code, std::string_view reason);
  bool write_close_frame(Socket& socket);

  GlobalConfigSource& config_;
  SignallingEndpoint* endpoint_ = nullptr;
  std::uint64_t next_id_ = 1;
  std::uint64_t dropped_slow_ = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Socket>> sockets_;
};

}  // namespace halcyon::signald
