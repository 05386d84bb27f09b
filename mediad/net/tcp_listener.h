#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "common/units/time.h"
#include "common/uv/loop.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "mediad/engine/drop_counters.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/net/stream_framing.h"

namespace halcyon::mediad {

/// Each costs a descriptor and two buffers.
inline constexpr std::size_t kMaxTcpConnections = 4'096;
/// Half a second at 4 Mbit/s; what is older is of no use to a receiver.
inline constexpr std::size_t kMaxTcpQueue = 256 << 10;
/// A peer's checks come every few seconds; without any its connection is dead.
inline constexpr TimeDelta kTcpIdleLimit = TimeDelta::seconds(60);
/// One that has never said anything holds its place for less.
inline constexpr TimeDelta kTcpSilentLimit = TimeDelta::seconds(10);

/// Passive TCP candidates (RFC 6544): accepts connections and carries datagrams on them.
class TcpListener {
 public:
  struct Callbacks {
    std::function<void(const TransportAddress& from, std::span<std::uint8_t> datagram)> on_datagram;
    /// The datagrams of one read have all been given.
    std::function<void()> on_batch_end;
    std::function<void(const TransportAddress& connection)> on_closed;
  };
  /// On all addresses. Port 0: the kernel's choice.
  static ResultOr<std::unique_ptr<TcpListener>> listen(std::uint16_t port, int family,
                                                       DropCounters& drops);
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener();

  std::uint16_t port() const { return port_; }
  void start(uv::Loop& loop, Callbacks callbacks);
  /// Queues one frame; dropped and counted when the connection is gone or its queue is full.
  void send(std::uint64_t connection, std::span<const std::uint8_t> datagram);

 private:
  struct Connection {
    std::uint64_t number = 0;
    int fd = -1;
    TransportAddress from;
    StreamFrameReader reader;
    std::vector<std::uint8_t> queue;
    std::size_t written = 0;  // of queue
    Timestamp last_heard;
    bool spoke = false;
    std::unique_ptr<uv::Poll> poll;
    ~Connection();
  };
  TcpListener(int fd, std::uint16_t port, DropCounters& drops);
  void accept_waiting();
  void on_event(std::uint64_t number, uv::Poll::Events events);
  bool read(Connection& c);
  bool write(Connection& c);
  void close(std::uint64_t number);
  void close_idle();

  DropCounters& drops_;
  int fd_;
  std::uint16_t port_;
  uv::Loop* loop_ = nullptr;
  Callbacks callbacks_;
  std::uint64_t next_number_ = 1;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<uv::Poll> poll_;
  std::unique_ptr<uv::Timer> idle_timer_;
};

}  // namespace halcyon::mediad
