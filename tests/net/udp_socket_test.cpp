// The real socket on loopback.
#include "mediad/net/udp_socket.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

namespace halcyon::mediad {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A receiver that can see what the kernel was given: with UDP_GRO, segments of one message come
/// in one piece on loopback.
class Receiver {
 public:
  enum class Pieces { kCut, kWhole };
  explicit Receiver(Pieces pieces = Pieces::kCut, const char* host = "127.0.0.1") {
    sockaddr_storage any{};
    const socklen_t size = SocketAddress::parse(host, 0)->to_sockaddr(any);
    fd_ = ::socket(any.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&any), size) == 0);
    const int whole = pieces == Pieces::kWhole;
    setsockopt(fd_, SOL_UDP, UDP_GRO, &whole, sizeof whole);
  }
  ~Receiver() { ::close(fd_); }

  TransportAddress address() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return {SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address))};
  }
  Bytes next() {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    // Long enough for any machine: what was sent has to come.
    ::poll(&ready, 1, 10'000);
    return take();
  }
  bool empty() { return take().empty(); }

 private:
  Bytes take() {
    Bytes bytes(70'000);
    const auto n = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return bytes;
  }

  int fd_ = -1;
};

bool has_ipv6() {
  const int fd = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_storage any{};
  const socklen_t size = SocketAddress::parse("::1", 0)->to_sockaddr(any);
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&any), size) == 0;
  if (fd >= 0) ::close(fd);
  return bound;
}

/// The kernel then refuses segmentation, as it does where a device or a path cannot have it.
void forbid_segmentation(std::uint16_t port, bool forbidden) {
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    if (SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address)).port() != port)
      continue;
    const int value = forbidden;
    REQUIRE(setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &value, sizeof value) == 0);
    return;
  }
  FAIL("the socket was not found");
}

/// `count` datagrams to each receiver in turn, numbered in the first byte; the last is shorter.
struct Burst {
  Burst(const std::vector<const Receiver*>& receivers, std::uint8_t count, std::size_t size) {
    for (std::uint8_t i = 0; i < count; ++i) {
      payloads.emplace_back(i + 1 == count ? size - 1 : size, i);
    }
    for (const Bytes& payload : payloads) {
      for (const Receiver* r : receivers) datagrams.push_back({r->address(), payload});
    }
  }
  std::vector<Bytes> payloads;
  std::vector<OutgoingDatagram> datagrams;
};

std::unique_ptr<UdpSocket> open(bool dual_stack, DropCounters& drops) {
  auto socket = dual_stack ? UdpSocket::bind_any(0, drops) : UdpSocket::bind_loopback(drops);
  REQUIRE(socket);
  return std::move(*socket);
}

}  // namespace

TEST_CASE("a burst arrives datagram by datagram, complete and in order") {
  for (const bool dual_stack : {true, false}) {
    CAPTURE(dual_stack);
    DropCounters drops;
    const auto socket = open(dual_stack, drops);
    Receiver a, b;
    const Burst burst({&a, &b}, 10, 1'200);
    socket->send(burst.datagrams);
    for (Receiver* r : {&a, &b}) {
      for (const Bytes& payload : burst.payloads) CHECK(r->next() == payload);
      CHECK(r->empty());
    }
    CHECK(drops.of(Drop::kSocketError) == 0);
    CHECK(drops.of(Drop::kSocketFull) == 0);
  }
}

TEST_CASE("more datagrams than a batch holds all arrive") {
  DropCounters drops;
  const auto socket = open(true, drops);
  std::vector<std::unique_ptr<Receiver>> receivers;
  std::vector<const Receiver*> targets;
  for (std::size_t i = 0; i < kSendBatchSlots / 10 + 3; ++i) {
    targets.push_back(receivers.emplace_back(std::make_unique<Receiver>()).get());
  }
  const Burst burst(targets, 10, 300);
  REQUIRE(burst.datagrams.size() > kSendBatchSlots);
  socket->send(burst.datagrams);
  for (const auto& r : receivers) {
    for (const Bytes& payload : burst.payloads) REQUIRE(r->next() == payload);
  }
}

TEST_CASE("packets of a burst to one peer leave as one message") {
  DropCounters drops;
  const auto socket = open(true, drops);
  Receiver whole(Receiver::Pieces::kWhole);
  socket->send(Burst({&whole}, 5, 1'200).datagrams);
  CHECK(whole.next().size() == 5 * 1'200 - 1);
}

TEST_CASE("IPv6 and IPv4 peers of one batch each get their burst as one message") {
  if (!has_ipv6()) {
    MESSAGE("not tested: no IPv6 here");
    return;
  }
  DropCounters drops;
  const auto socket = open(true, drops);
  Receiver v4(Receiver::Pieces::kWhole);
  Receiver v6(Receiver::Pieces::kWhole, "::1");
  // As large as messages get.
  const Burst burst({&v6, &v4}, 51, 1'280);
  socket->send(burst.datagrams);
  for (Receiver* r : {&v6, &v4}) {
    const Bytes message = r->next();
    REQUIRE(message.size() == 51 * 1'280 - 1);
    for (std::size_t i = 0; i < 51; ++i) REQUIRE(message[i * 1'280] == i);
  }
  CHECK(drops.of(Drop::kSocketError) == 0);
}

TEST_CASE("what the kernel does not take as one message is sent datagram by datagram") {
  DropCounters drops;
  const auto socket = open(true, drops);
  forbid_segmentation(socket->port(), true);
  Receiver a, b;
  const Burst burst({&a, &b}, 4, 1'200);
  for (unsigned i = 0; i < 2 * kMaxRefusedInARow; ++i) {
    socket->send(burst.datagrams);
    for (Receiver* r : {&a, &b}) {
      for (const Bytes& payload : burst.payloads) REQUIRE(r->next() == payload);
    }
  }
  CHECK(drops.of(Drop::kSocketError) == 0);
}

TEST_CASE("a kernel that refuses segments is left alone for a while, then asked again") {
  DropCounters drops;
  const auto socket = open(true, drops);
  Receiver whole(Receiver::Pieces::kWhole);
  const Burst burst({&whole}, 2, 500);
  forbid_segmentation(socket->port(), true);
  for (unsigned i = 0; i < kMaxRefusedInARow; ++i) {
    socket->send(burst.datagrams);
    REQUIRE(whole.next().size() == 500);
    REQUIRE(whole.next().size() == 499);
  }
  forbid_segmentation(socket->port(), false);
  socket->send(burst.datagrams);
  CHECK(whole.next().size() == 500);
  CHECK(whole.next().size() == 499);
  for (unsigned i = 0; i < kBatchesWithoutSegments; ++i) {
    socket->send(std::span(burst.datagrams).first(1));
    whole.next();
  }
  socket->send(burst.datagrams);
  CHECK(whole.next().size() == 999);
}

TEST_CASE("a destination that cannot be reached is counted and stops nobody else") {
  DropCounters drops;
  const auto socket = open(true, drops);
  Receiver a;
  Burst burst({&a, &a}, 3, 400);
  // Broadcast is not allowed on this socket.
  for (std::size_t i = 0; i < burst.datagrams.size(); i += 2) {
    burst.datagrams[i].to = {*SocketAddress::parse("255.255.255.255", 9)};
  }
  socket->send(burst.datagrams);
  for (const Bytes& payload : burst.payloads) CHECK(a.next() == payload);
  CHECK(drops.of(Drop::kSocketError) == 3);
}

TEST_CASE("destinations that cannot be reached do not end the use of segments") {
  DropCounters drops;
  const auto socket = open(true, drops);
  Receiver whole(Receiver::Pieces::kWhole);
  Burst lost({&whole}, 2, 400);
  for (OutgoingDatagram& d : lost.datagrams) {
    d.to = {*SocketAddress::parse("255.255.255.255", 9)};
  }
  for (unsigned i = 0; i < kMaxRefusedInARow; ++i) socket->send(lost.datagrams);
  socket->send(Burst({&whole}, 2, 500).datagrams);
  CHECK(whole.next().size() == 999);
  CHECK(drops.of(Drop::kSocketError) == 2 * kMaxRefusedInARow);
}

}  // namespace halcyon::mediad
