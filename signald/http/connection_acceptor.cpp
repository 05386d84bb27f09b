#include "signald/http/connection_acceptor.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common/log/log.h"

namespace halcyon::signald {
namespace {

// A burst must not keep the loop from everything else.
constexpr int kAcceptsPerTurn = 64;
// Out of file descriptors or memory: the connections wait in the backlog meanwhile.
constexpr TimeDelta kRetryAfter = TimeDelta::millis(200);

// A phone that walked out of the network is noticed after 60 + 3 · 10 seconds even if nobody talks
// to it.
void set_tcp_options(int fd) {
  const auto set = [fd](int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

ConnectionAcceptor::ConnectionAcceptor(
    uv::Loop& loop, std::unique_ptr<ListenSocket> socket, ConnectionLimits limits,
    TrustedProxies proxies, std::function<void(int fd, const SocketAddress& peer)> accepted)
    : limits_(limits),
      proxies_(std::move(proxies)),
      accepted_(std::move(accepted)),
      port_(socket->port()),
      socket_(std::move(socket)),
      poll_(std::make_unique<uv::Poll>(loop, socket_->fd(),
                                       [this](uv::Poll::Events) { accept_some(); })),
      retry_(loop, [this] {
        if (poll_) poll_->watch({.readable = true});
      }) {
  poll_->watch({.readable = true});
}

void ConnectionAcceptor::stop() {
  retry_.stop();
  poll_.reset();
  socket_.reset();
}

bool ConnectionAcceptor::counted(const SocketAddress& peer) const {
  return !peer.empty() && !peer.is_loopback() && !proxies_.contains(peer);
}

void ConnectionAcceptor::closed(const SocketAddress& peer) {
  --open_;
  if (!counted(peer)) return;
  const auto found = per_address_.find(peer.ip());
  if (found != per_address_.end() && --found->second == 0) per_address_.erase(found);
}

bool ConnectionAcceptor::admit(const SocketAddress& peer) {
  if (open_ >= limits_.connections) {
    if (!std::exchange(said_full_, true)) {
      spdlog::warn("refusing connections: {} are open; see -max-connections", open_);
    }
    return false;
  }
  if (counted(peer)) {
    std::size_t& count = per_address_[peer.ip()];
    if (count >= limits_.connections_per_address) return false;
    ++count;
  }
  ++open_;
  return true;
}

void ConnectionAcceptor::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn && socket_ != nullptr; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int fd = ::accept4(socket_->fd(), reinterpret_cast<sockaddr*>(&address), &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        spdlog::error("cannot accept a connection: {}; raise the limit of open files",
                      std::strerror(errno));
        poll_->stop();
        retry_.start_once(kRetryAfter);
      }
      return;
    }
    const auto peer = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address));
    if (!admit(peer)) {
      ++refused_;
      ::close(fd);
      continue;
    }
    if (!peer.empty()) set_tcp_options(fd);
    accepted_(fd, peer);
  }
}

}  // namespace halcyon::signald
