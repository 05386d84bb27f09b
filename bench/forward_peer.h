#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/uv/loop.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "tests/peer/webrtc_peer.h"

namespace halcyon::bench {

/// A WebRTC peer behind a UDP socket of its own on loopback. RTP that it receives is counted and,
/// unless asked to, not decrypted: that would be the benchmark's own work.
class BenchPeer {
 public:
  BenchPeer(uv::Loop& loop, const SocketAddress& worker, peer::PeerConfig config, bool decrypt,
            RandomSource& random);
  BenchPeer(const BenchPeer&) = delete;
  BenchPeer& operator=(const BenchPeer&) = delete;
  ~BenchPeer();

  bool connected() const { return peer_.state() == peer::PeerState::kConnected; }
  void send_rtp(std::span<const std::uint8_t> packet);
  std::uint64_t received() const { return received_; }
  std::uint64_t decrypted() const { return decrypted_; }

 private:
  void read();
  void flush();

  int fd_;
  bool decrypt_;
  std::uint64_t received_ = 0;
  std::uint64_t decrypted_ = 0;
  peer::WebRtcPeer peer_;
  uv::Timer timer_;
  std::unique_ptr<uv::Poll> poll_;
};

}  // namespace halcyon::bench
