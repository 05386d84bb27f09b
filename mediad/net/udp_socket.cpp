#include "mediad/net/udp_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace halcyon::mediad {
namespace {

void enlarge_buffers(int fd) {
  const int bytes = kSocketBufferBytes;
  // Beyond net.core.rmem_max only with CAP_NET_ADMIN; without it as much as the system allows.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  }
}

}  // namespace

struct UdpSocket::Buffers {
  std::array<std::array<std::uint8_t, kMaxDatagram>, kReceiveBatch> memory;
  std::array<iovec, kReceiveBatch> receive_parts;
  std::array<sockaddr_storage, kReceiveBatch> from;
  std::array<mmsghdr, kReceiveBatch> receive_headers;
  std::array<ReceivedDatagram, kReceiveBatch> received;

  std::array<iovec, kSendBatchSlots> send_parts;
  std::array<sockaddr_storage, kSendBatchSlots> to;
  std::array<mmsghdr, kSendBatchSlots> send_headers;
};

UdpSocket::UdpSocket(int fd, int family, std::uint16_t port, DropCounters& drops)
    : drops_(drops), fd_(fd), family_(family), port_(port), buffers_(std::make_unique<Buffers>()) {}

UdpSocket::~UdpSocket() {
  poll_.reset();
  ::close(fd_);
}

ResultOr<std::unique_ptr<UdpSocket>> UdpSocket::bind_any(std::uint16_t port, DropCounters& drops) {
  auto dual = bind(AF_INET6, *SocketAddress::parse("::", port), drops);
  if (dual) return dual;
  const int probe = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe >= 0) {
    ::close(probe);
    return dual;
  }
  return bind(AF_INET, *SocketAddress::parse("0.0.0.0", port), drops);
}

ResultOr<std::unique_ptr<UdpSocket>> UdpSocket::bind_loopback(DropCounters& drops) {
  return bind(AF_INET, *SocketAddress::parse("127.0.0.1", 0), drops);
}

ResultOr<std::unique_ptr<UdpSocket>> UdpSocket::bind(int family, const SocketAddress& local,
                                                     DropCounters& drops) {
  const auto failed = [&] {
    return fail("cannot bind UDP port " + std::to_string(local.port()) + ": " +
                std::strerror(errno));
  };
  const int fd = ::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failed();
  if (family == AF_INET6) {
    const int off = 0;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  sockaddr_storage address{};
  socklen_t size = local.to_sockaddr(address);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    auto error = failed();
    ::close(fd);
    return error;
  }
  size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  enlarge_buffers(fd);
  const auto bound = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address));
  return std::unique_ptr<UdpSocket>(new UdpSocket(fd, family, bound.port(), drops));
}

void UdpSocket::start(uv::Loop& loop, std::function<void()> readable) {
  poll_ = std::make_unique<uv::Poll>(
      loop, fd_, [callback = std::move(readable)](uv::Poll::Events) { callback(); });
  poll_->watch({.readable = true});
}

std::span<ReceivedDatagram> UdpSocket::receive() {
  Buffers& b = *buffers_;
  for (std::size_t i = 0; i < kReceiveBatch; ++i) {
    b.receive_parts[i] = {b.memory[i].data(), b.memory[i].size()};
    b.receive_headers[i] = {};
    b.receive_headers[i].msg_hdr.msg_iov = &b.receive_parts[i];
    b.receive_headers[i].msg_hdr.msg_iovlen = 1;
    b.receive_headers[i].msg_hdr.msg_name = &b.from[i];
    b.receive_headers[i].msg_hdr.msg_namelen = sizeof b.from[i];
  }
  const int n = recvmmsg(fd_, b.receive_headers.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
  std::size_t kept = 0;
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if ((b.receive_headers[k].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
      drops_.count(Drop::kDatagramTooLarge);
      continue;
    }
    b.received[kept++] = {
        SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&b.from[k])),
        std::span(b.memory[k]).first(b.receive_headers[k].msg_len)};
  }
  return std::span(b.received).first(kept);
}

void UdpSocket::send(std::span<const OutgoingDatagram> datagrams) {
  Buffers& b = *buffers_;
  std::size_t n = 0;
  for (const OutgoingDatagram& d : datagrams) {
    if (d.to.tcp_connection != 0) continue;
    if (n == kSendBatchSlots) {
      send_queued(n);
      n = 0;
    }
    b.send_parts[n] = {const_cast<std::uint8_t*>(d.bytes.data()), d.bytes.size()};
    b.send_headers[n] = {};
    msghdr& header = b.send_headers[n].msg_hdr;
    header.msg_iov = &b.send_parts[n];
    header.msg_iovlen = 1;
    header.msg_name = &b.to[n];
    header.msg_namelen = family_ == AF_INET6
                             ? d.to.address.to_sockaddr_v6(reinterpret_cast<sockaddr_in6&>(b.to[n]))
                             : d.to.address.to_sockaddr(b.to[n]);
    ++n;
  }
  send_queued(n);
}

void UdpSocket::send_queued(std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const int n = sendmmsg(fd_, &buffers_->send_headers[done], static_cast<unsigned>(count - done),
                           MSG_DONTWAIT);
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      // Waiting would only make late packets of them; receivers ask for what they miss.
      drops_.count(Drop::kSocketFull, count - done);
      return;
    } else if (errno != EINTR) {
      // One destination that cannot be reached must not stop the others.
      drops_.count(Drop::kSocketError);
      ++done;
    }
  }
}

}  // namespace halcyon::mediad
