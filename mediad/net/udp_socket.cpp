#include "mediad/net/udp_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
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

/// The control message that asks for segmentation.
struct SegmentSize {
  void set(std::uint16_t bytes) {
    msghdr message{};
    message.msg_control = memory.data();
    message.msg_controllen = memory.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof bytes);
    std::memcpy(CMSG_DATA(header), &bytes, sizeof bytes);
  }
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))> memory{};
};

}  // namespace

struct UdpSocket::Buffers {
  std::array<std::array<std::uint8_t, kMaxDatagram>, kReceiveBatch> memory;
  std::array<iovec, kReceiveBatch> receive_parts;
  std::array<sockaddr_storage, kReceiveBatch> from;
  std::array<mmsghdr, kReceiveBatch> receive_headers;
  std::array<IncomingDatagram, kReceiveBatch> received;

  SegmentGrouping grouping;
  std::array<iovec, kSendBatchSlots> send_parts;
  std::array<sockaddr_in6, kSendBatchSlots> to;
  std::array<SegmentSize, kSendBatchSlots> segment_sizes;
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

std::span<const IncomingDatagram> UdpSocket::receive() {
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
        {SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&b.from[k]))},
        std::span(b.memory[k]).first(b.receive_headers[k].msg_len)};
  }
  return std::span(b.received).first(kept);
}

void UdpSocket::send(std::span<const OutgoingDatagram> datagrams) {
  while (!datagrams.empty()) {
    const auto batch = datagrams.first(std::min(datagrams.size(), kSendBatchSlots));
    if (batches_without_segments_ > 0) --batches_without_segments_;
    const auto messages =
        buffers_->grouping.group(batch, batches_without_segments_ > 0 ? 1 : kMaxSegments);
    std::size_t part = 0;
    for (std::size_t m = 0; m < messages.size(); ++m) {
      write_header(m, batch, messages[m], part);
      part += messages[m].segments.size();
    }
    send_queued(messages.size());
    datagrams = datagrams.subspan(batch.size());
  }
}

void UdpSocket::write_header(std::size_t at, std::span<const OutgoingDatagram> datagrams,
                             const SegmentedMessage& message, std::size_t first_part) {
  Buffers& b = *buffers_;
  for (std::size_t i = 0; i < message.segments.size(); ++i) {
    const auto bytes = datagrams[message.segments[i]].bytes;
    b.send_parts[first_part + i] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  }
  const SocketAddress& to = datagrams[message.segments.front()].to.address;
  b.send_headers[at] = {};
  msghdr& header = b.send_headers[at].msg_hdr;
  header.msg_iov = &b.send_parts[first_part];
  header.msg_iovlen = message.segments.size();
  header.msg_name = &b.to[at];
  if (family_ == AF_INET6) {
    header.msg_namelen = to.to_sockaddr_v6(b.to[at]);
  } else {
    sockaddr_storage address;
    header.msg_namelen = to.to_sockaddr(address);
    std::memcpy(&b.to[at], &address, std::min<std::size_t>(header.msg_namelen, sizeof b.to[at]));
  }
  if (message.segments.size() > 1) {
    b.segment_sizes[at].set(static_cast<std::uint16_t>(message.segment_size));
    header.msg_control = b.segment_sizes[at].memory.data();
    header.msg_controllen = b.segment_sizes[at].memory.size();
  }
}

void UdpSocket::send_queued(std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const std::span rest = std::span(buffers_->send_headers).first(count).subspan(done);
    const int n = sendmmsg(fd_, rest.data(), static_cast<unsigned>(rest.size()), MSG_DONTWAIT);
    if (n > 0) {
      for (const mmsghdr& taken : rest.first(static_cast<std::size_t>(n))) {
        if (taken.msg_hdr.msg_iovlen > 1) refused_in_a_row_ = 0;
      }
      done += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      // Waiting would only make late packets of them; receivers ask for what they miss.
      for (const mmsghdr& m : rest) drops_.count(Drop::kSocketFull, m.msg_hdr.msg_iovlen);
      return;
    } else if (errno != EINTR) {
      if (rest.front().msg_hdr.msg_iovlen > 1) {
        send_singly(rest.front().msg_hdr);
      } else {
        // One destination that cannot be reached must not stop the others.
        drops_.count(Drop::kSocketError);
      }
      ++done;
    }
  }
}

void UdpSocket::send_singly(const msghdr& refused) {
  bool reachable = false;
  for (std::size_t i = 0; i < refused.msg_iovlen; ++i) {
    msghdr single = refused;
    single.msg_iov = &refused.msg_iov[i];
    single.msg_iovlen = 1;
    single.msg_control = nullptr;
    single.msg_controllen = 0;
    ssize_t n = 0;
    do {
      n = ::sendmsg(fd_, &single, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n >= 0) {
      reachable = true;
      continue;
    }
    const bool full = errno == EAGAIN || errno == ENOBUFS;
    drops_.count(full ? Drop::kSocketFull : Drop::kSocketError);
  }
  // Otherwise it was the destination that was refused, and not its segments.
  if (reachable && ++refused_in_a_row_ == kMaxRefusedInARow) {
    refused_in_a_row_ = 0;
    batches_without_segments_ = kBatchesWithoutSegments;
  }
}

}  // namespace halcyon::mediad
