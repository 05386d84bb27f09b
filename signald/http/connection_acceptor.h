#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "common/net/socket_address.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "signald/http/http_limits.h"
#include "signald/http/listen_socket.h"
#include "signald/http/trusted_proxies.h"

namespace halcyon::signald {

/// Accepts connections and keeps count of where they come from.
class ConnectionAcceptor {
 public:
  /// `accepted` owns the file descriptor.
  ConnectionAcceptor(uv::Loop& loop, std::unique_ptr<ListenSocket> socket, ConnectionLimits limits,
                     TrustedProxies proxies,
                     std::function<void(int fd, const SocketAddress& peer)> accepted);

  std::uint16_t port() const { return port_; }
  void stop();
  /// To be called once for each accepted connection, when it is gone.
  void closed(const SocketAddress& peer);
  std::uint64_t refused() const { return refused_; }

 private:
  void accept_some();
  bool admit(const SocketAddress& peer);
  /// Whether connections from there are counted by address.
  bool counted(const SocketAddress& peer) const;

  ConnectionLimits limits_;
  TrustedProxies proxies_;
  std::function<void(int, const SocketAddress&)> accepted_;
  std::uint16_t port_;
  std::uint64_t refused_ = 0;
  std::size_t open_ = 0;
  bool said_full_ = false;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::unique_ptr<ListenSocket> socket_;
  std::unique_ptr<uv::Poll> poll_;  // before socket_ goes, this must
  uv::Timer retry_;
};

}  // namespace halcyon::signald
