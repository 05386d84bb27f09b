#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "common/uv/loop.h"
#include "common/uv/poll.h"
#include "mediad/engine/drop_counters.h"
#include "mediad/engine/incoming_datagram.h"
#include "mediad/engine/send_batch.h"
#include "mediad/net/segment_grouping.h"

namespace halcyon::mediad {

/// Datagrams taken in by one system call.
inline constexpr std::size_t kReceiveBatch = 64;
/// Larger ones are no media: dropped and counted.
inline constexpr std::size_t kMaxDatagram = 2048;
/// Half a second of 100 Mbit/s: what may arrive while the loop does something else.
inline constexpr int kSocketBufferBytes = 8 << 20;

/// A path with a small MTU makes the kernel refuse segments for one peer (its datagrams go as
/// fragments); a kernel or device that cannot segment at all refuses each. After so many in a row
/// it is not asked for a while, since every refusal costs system calls.
inline constexpr unsigned kMaxRefusedInARow = 16;
/// Then it is asked again: some ten seconds of a busy worker.
inline constexpr unsigned kBatchesWithoutSegments = 4096;

/// A non-blocking UDP socket that moves datagrams in batches.
class UdpSocket {
 public:
  /// Dual stack on all addresses, or IPv4 where the kernel has no IPv6. Port 0: the kernel's
  /// choice.
  static ResultOr<std::unique_ptr<UdpSocket>> bind_any(std::uint16_t port, DropCounters& drops);
  /// IPv4 loopback, any port.
  static ResultOr<std::unique_ptr<UdpSocket>> bind_loopback(DropCounters& drops);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();

  std::uint16_t port() const { return port_; }
  int family() const { return family_; }
  /// Calls back while datagrams wait. `loop` and the callback's targets must outlive the socket.
  void start(uv::Loop& loop, std::function<void()> readable);
  /// What waits now, at most kReceiveBatch. The bytes are valid until the next call.
  std::span<const IncomingDatagram> receive();
  /// Sends all it can; what the kernel does not take is dropped and counted. Skips those for TCP
  /// connections. Datagrams to one address leave in their order, those of one size as one message
  /// that the kernel cuts into pieces (see SegmentGrouping).
  void send(std::span<const OutgoingDatagram> datagrams);

 private:
  struct Buffers;
  UdpSocket(int fd, int family, std::uint16_t port, DropCounters& drops);
  static ResultOr<std::unique_ptr<UdpSocket>> bind(int family, const SocketAddress& local,
                                                   DropCounters& drops);
  void write_header(std::size_t at, std::span<const OutgoingDatagram> datagrams,
                    const SegmentedMessage& message, std::size_t first_part);
  void send_queued(std::size_t count);
  /// The datagrams of a message that the kernel did not take as one.
  void send_singly(const msghdr& refused);

  DropCounters& drops_;
  int fd_;
  int family_;
  std::uint16_t port_;
  unsigned refused_in_a_row_ = 0;  // messages of several segments
  unsigned batches_without_segments_ = 0;
  std::unique_ptr<Buffers> buffers_;
  std::unique_ptr<uv::Poll> poll_;
};

}  // namespace halcyon::mediad
