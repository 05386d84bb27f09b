#include "mediad/net/tcp_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "common/clock/clock.h"

namespace halcyon::mediad {
namespace {

constexpr int kBacklog = 128;
/// Connections taken in at one turn of the loop, so that a flood of them does not delay packets.
constexpr int kAcceptBatch = 16;

}  // namespace

TcpListener::Connection::~Connection() {
  poll.reset();
  ::close(fd);
}

TcpListener::TcpListener(int fd, std::uint16_t port, DropCounters& drops)
    : drops_(drops), fd_(fd), port_(port) {}

TcpListener::~TcpListener() {
  connections_.clear();
  poll_.reset();
  ::close(fd_);
}

ResultOr<std::unique_ptr<TcpListener>> TcpListener::listen(std::uint16_t port, int family,
                                                           DropCounters& drops) {
  const auto failed = [&] {
    return fail("cannot listen on TCP port " + std::to_string(port) + ": " + std::strerror(errno));
  };
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed();
  const int on = 1;
  const int off = 0;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  const auto any = SocketAddress::parse(family == AF_INET6 ? "::" : "0.0.0.0", port);
  sockaddr_storage address{};
  socklen_t size = any->to_sockaddr(address);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd, kBacklog) != 0) {
    auto error = failed();
    ::close(fd);
    return error;
  }
  size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  const auto bound = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address));
  return std::unique_ptr<TcpListener>(new TcpListener(fd, bound.port(), drops));
}

void TcpListener::start(uv::Loop& loop, Callbacks callbacks) {
  loop_ = &loop;
  callbacks_ = std::move(callbacks);
  poll_ = std::make_unique<uv::Poll>(loop, fd_, [this](uv::Poll::Events) { accept_waiting(); });
  poll_->watch({.readable = true});
  idle_timer_ = std::make_unique<uv::Timer>(loop, [this] { close_idle(); });
  idle_timer_->start_repeating(kTcpSilentLimit / 2);
}

void TcpListener::accept_waiting() {
  for (int i = 0; i < kAcceptBatch; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int fd =
        ::accept4(fd_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (connections_.size() >= kMaxTcpConnections) {
      ::close(fd);
      continue;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::uint64_t number = next_number_++;
    auto c = std::make_unique<Connection>();
    c->number = number;
    c->fd = fd;
    c->from = {SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address)), number};
    c->last_heard = monotonic_now();
    c->poll = std::make_unique<uv::Poll>(
        *loop_, fd, [this, number](uv::Poll::Events events) { on_event(number, events); });
    c->poll->watch({.readable = true});
    connections_.emplace(number, std::move(c));
  }
}

void TcpListener::on_event(std::uint64_t number, uv::Poll::Events events) {
  const auto it = connections_.find(number);
  if (it == connections_.end()) return;
  Connection& c = *it->second;
  const bool alive = (!events.writable || write(c)) && (!events.readable || read(c));
  // The answers to the last frames are written before the connection goes.
  callbacks_.on_batch_end();
  if (!alive) close(number);
}

bool TcpListener::read(Connection& c) {
  const auto room = c.reader.room();
  const ssize_t n = ::recv(c.fd, room.data(), room.size(), 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  c.reader.added(static_cast<std::size_t>(n));
  c.last_heard = monotonic_now();
  c.spoke = true;
  while (true) {
    const auto frame = c.reader.next();
    if (!frame) return false;
    if (!frame->has_value()) return true;
    callbacks_.on_datagram(c.from, **frame);
  }
}

void TcpListener::send(std::uint64_t connection, std::span<const std::uint8_t> datagram) {
  const auto it = connections_.find(connection);
  if (it == connections_.end()) {
    drops_.count(Drop::kTcpConnectionGone);
    return;
  }
  Connection& c = *it->second;
  if (c.queue.size() - c.written + kStreamFrameHeader + datagram.size() > kMaxTcpQueue) {
    drops_.count(Drop::kTcpQueueFull);
    return;
  }
  const bool idle = c.queue.empty();
  c.queue.push_back(static_cast<std::uint8_t>(datagram.size() >> 8));
  c.queue.push_back(static_cast<std::uint8_t>(datagram.size()));
  c.queue.insert(c.queue.end(), datagram.begin(), datagram.end());
  // An error shows in the next read as well, which then closes the connection.
  if (idle) write(c);
}

bool TcpListener::write(Connection& c) {
  while (c.written < c.queue.size()) {
    const ssize_t n =
        ::send(c.fd, c.queue.data() + c.written, c.queue.size() - c.written, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return false;
    if (n < 0) {
      // Room for more frames: what has gone must not stay in front.
      c.queue.erase(c.queue.begin(), c.queue.begin() + static_cast<std::ptrdiff_t>(c.written));
      c.written = 0;
      c.poll->watch({.readable = true, .writable = true});
      return true;
    }
    c.written += static_cast<std::size_t>(n);
  }
  c.queue.clear();
  c.written = 0;
  c.poll->watch({.readable = true});
  return true;
}

void TcpListener::close(std::uint64_t number) {
  const auto it = connections_.find(number);
  if (it == connections_.end()) return;
  const TransportAddress from = it->second->from;
  connections_.erase(it);
  callbacks_.on_closed(from);
}

void TcpListener::close_idle() {
  const Timestamp now = monotonic_now();
  std::vector<std::uint64_t> idle;
  for (const auto& [number, c] : connections_) {
    if (now - c->last_heard > (c->spoke ? kTcpIdleLimit : kTcpSilentLimit)) idle.push_back(number);
  }
  for (const std::uint64_t number : idle) close(number);
}

}  // namespace halcyon::mediad
