#include "bench/sendmmsg_reference.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <vector>

#include "bench/process_cpu.h"
#include "common/check/check.h"

namespace halcyon::bench {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kPackets = 200'000;

int loopback_socket() {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0);
  return fd;
}

void empty(const std::vector<int>& sockets) {
  std::array<std::uint8_t, 2048> buffer;
  for (const int fd : sockets) {
    while (::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
  }
}

}  // namespace

double sendmmsg_us_per_packet(std::size_t receivers, std::size_t size) {
  std::vector<int> sockets;
  std::vector<sockaddr_in> addresses(receivers);
  for (std::size_t i = 0; i < receivers; ++i) {
    sockets.push_back(loopback_socket());
    socklen_t length = sizeof addresses[i];
    getsockname(sockets[i], reinterpret_cast<sockaddr*>(&addresses[i]), &length);
  }
  const int sender = loopback_socket();
  const int buffer = 8 << 20;
  setsockopt(sender, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  std::vector<std::uint8_t> packet(size, 0x55);
  iovec part{packet.data(), packet.size()};
  std::array<mmsghdr, kBatch> headers{};
  std::uint64_t used = 0;
  std::size_t sent = 0;
  while (sent < kPackets) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      headers[i].msg_hdr.msg_name = &addresses[(sent + i) % receivers];
      headers[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
      headers[i].msg_hdr.msg_iov = &part;
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const std::uint64_t before = thread_cpu_ns();
    const int n = sendmmsg(sender, headers.data(), kBatch, 0);
    used += thread_cpu_ns() - before;
    if (n > 0) sent += static_cast<std::size_t>(n);
    // Full queues drop, which would cost less than delivering.
    if (sent % 512 < kBatch) empty(sockets);
  }
  for (const int fd : sockets) ::close(fd);
  ::close(sender);
  return static_cast<double>(used) / 1000.0 / static_cast<double>(sent);
}

}  // namespace halcyon::bench
