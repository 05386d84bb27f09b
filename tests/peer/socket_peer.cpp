#include "tests/peer/socket_peer.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/check/check.h"
#include "common/clock/clock.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kBatch = 32;
/// A benchmark's receivers are busy with one another for a while.
constexpr int kReceiveBuffer = 4 << 20;

int connect_to(const SocketAddress& to, int type) {
  sockaddr_storage address{};
  const socklen_t size = to.to_sockaddr(address);
  const int fd = ::socket(to.is_v6() ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
  check(fd >= 0);
  // Beyond net.core.rmem_max for root; otherwise the machine must be quick enough with less.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  }
  // On loopback this is done before it returns.
  check(::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  check(::fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  return fd;
}

}  // namespace

SocketPeer::SocketPeer(uv::Loop& loop, Protocol protocol, const SocketAddress& worker,
                       peer::PeerConfig config, RandomSource& random, Media media)
    : protocol_(protocol),
      media_(media),
      fd_(connect_to(worker, protocol == Protocol::kTcp ? SOCK_STREAM : SOCK_DGRAM)),
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

SocketPeer::~SocketPeer() {
  poll_.reset();
  ::close(fd_);
}

void SocketPeer::send_raw(std::span<const std::uint8_t> bytes) {
  [[maybe_unused]] const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void SocketPeer::flush() {
  while (const auto datagram = peer_.poll_output()) {
    std::vector<std::uint8_t> bytes;
    if (protocol_ == Protocol::kTcp) {
      bytes = {static_cast<std::uint8_t>(datagram->size() >> 8),
               static_cast<std::uint8_t>(datagram->size())};
    }
    bytes.insert(bytes.end(), datagram->begin(), datagram->end());
    send_raw(bytes);
  }
  const Timestamp next = peer_.next_deadline();
  if (next.is_never()) {
    timer_.stop();
  } else {
    timer_.start_once(std::max(next - monotonic_now(), TimeDelta::zero()));
  }
}

void SocketPeer::read() {
  if (protocol_ == Protocol::kUdp) {
    read_datagrams();
  } else {
    read_stream();
  }
  flush();
}

void SocketPeer::read_datagrams() {
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
    handle(std::span(memory[k]).first(headers[k].msg_len));
  }
}

void SocketPeer::read_stream() {
  const auto room = frames_.room();
  const ssize_t n = ::recv(fd_, room.data(), room.size(), 0);
  if (n <= 0) {
    closed_ = true;
    poll_->stop();
    return;
  }
  frames_.added(static_cast<std::size_t>(n));
  while (true) {
    const auto frame = frames_.next();
    check(frame.has_value());
    if (!frame->has_value()) return;
    handle(**frame);
  }
}

void SocketPeer::handle(std::span<std::uint8_t> datagram) {
  const bool rtp = is_rtp_or_rtcp(datagram) && !is_rtcp(datagram);
  if (rtp) ++received_;
  if (rtp && media_ == Media::kCounted) return;
  peer_.handle_datagram(datagram, monotonic_now());
  while (auto packet = peer_.poll_rtp()) rtp_.push_back(std::move(*packet));
  while (peer_.poll_rtcp()) {
  }
}

}  // namespace halcyon::mediad
