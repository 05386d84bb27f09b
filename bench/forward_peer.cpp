#include "bench/forward_peer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/check/check.h"
#include "common/clock/clock.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::bench {
namespace {

constexpr std::size_t kBatch = 32;
constexpr int kReceiveBuffer = 4 << 20;

int connected_socket(const SocketAddress& to) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  check(fd >= 0);
  // Beyond net.core.rmem_max for root; otherwise the machine must be quick enough with less.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  }
  sockaddr_storage address{};
  const socklen_t size = to.to_sockaddr(address);
  check(::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  return fd;
}

}  // namespace

BenchPeer::BenchPeer(uv::Loop& loop, const SocketAddress& worker, peer::PeerConfig config,
                     bool decrypt, RandomSource& random)
    : fd_(connected_socket(worker)),
      decrypt_(decrypt),
      peer_(std::move(config), random, monotonic_now()),
      timer_(loop,
             [this] {
               peer_.handle_timeout(monotonic_now());
               flush();
             }),
      poll_(std::make_unique<uv::Poll>(loop, fd_, [this](uv::Poll::Events) { read(); })) {
  poll_->watch({.readable = true});
  flush();
}

BenchPeer::~BenchPeer() {
  poll_.reset();
  ::close(fd_);
}

void BenchPeer::send_rtp(std::span<const std::uint8_t> packet) {
  if (peer_.send_rtp(packet)) flush();
}

void BenchPeer::read() {
  static std::array<std::array<std::uint8_t, 2048>, kBatch> memory;
  std::array<iovec, kBatch> parts;
  std::array<mmsghdr, kBatch> headers{};
  for (std::size_t i = 0; i < kBatch; ++i) {
    parts[i] = {memory[i].data(), memory[i].size()};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  const int n = recvmmsg(fd_, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const auto datagram = std::span(memory[k]).first(headers[k].msg_len);
    const bool rtp = mediad::is_rtp_or_rtcp(datagram) && !mediad::is_rtcp(datagram);
    if (rtp) ++received_;
    if (rtp && !decrypt_) continue;
    peer_.handle_datagram(datagram, monotonic_now());
    while (peer_.poll_rtp()) ++decrypted_;
    while (peer_.poll_rtcp()) {
    }
  }
  flush();
}

void BenchPeer::flush() {
  while (const auto datagram = peer_.poll_output()) {
    [[maybe_unused]] const auto n = ::send(fd_, datagram->data(), datagram->size(), 0);
  }
  const Timestamp next = peer_.next_deadline();
  if (next.is_never()) {
    timer_.stop();
  } else {
    timer_.start_once(std::max(next - monotonic_now(), TimeDelta::zero()));
  }
}

}  // namespace halcyon::bench
