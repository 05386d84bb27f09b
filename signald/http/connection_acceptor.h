#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/net/address_range.h"
#include "common/net/socket_address.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "signald/http/listen_socket.h"

namespace halcyon::signald {

/// Whose connections are counted, and how many one address may have.
struct ConnectionLimits {
  /// A school behind one address is fine, a flood is not.
  std::size_t per_address = 2048;
  /// Proxies, from whom everybody comes. Loopback and Unix sockets are not counted either.
  std::vector<AddressRange> uncounted;
};

/// Accepts connections and keeps count of where they come from.
class ConnectionAcceptor {
 public:
  /// `accepted` owns the file descriptor.
  ConnectionAcceptor(uv::Loop& loop, std::unique_ptr<ListenSocket> socket, ConnectionLimits limits,
                     std::function<void(int fd, const SocketAddress& peer)> accepted);

  std::uint16_t port() const { return port_; }
  void stop();
  /// To be called once for each accepted connection, when it is gone.
  void closed(const SocketAddress& peer);
  std::uint64_t refused() const { return refused_; }

 private:
  void accept_some();
  bool counts(const SocketAddress& peer) const;
  bool admit(const SocketAddress& peer);

  ConnectionLimits limits_;
  std::function<void(int, const SocketAddress&)> accepted_;
  std::uint16_t port_;
  std::uint64_t refused_ = 0;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::unique_ptr<ListenSocket> socket_;
  std::unique_ptr<uv::Poll> poll_;  // before socket_ goes, this must
  uv::Timer retry_;
};

}  // namespace halcyon::signald
