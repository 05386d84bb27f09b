#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/uv/loop.h"
#include "common/uv/poll.h"
#include "common/uv/timer.h"
#include "mediad/net/stream_framing.h"
#include "tests/peer/webrtc_peer.h"

namespace halcyon::mediad {

/// A WebRTC peer on a real socket: UDP, or a TCP connection with RFC 4571 framing.
class SocketPeer {
 public:
  enum class Protocol { kUdp, kTcp };
  /// What happens to RTP that arrives. Decrypting costs, which a benchmark wants from one peer
  /// only.
  enum class Media { kDecrypted, kCounted };
  SocketPeer(uv::Loop& loop, Protocol protocol, const SocketAddress& worker,
             peer::PeerConfig config, RandomSource& random, Media media = Media::kDecrypted);
  SocketPeer(const SocketPeer&) = delete;
  SocketPeer& operator=(const SocketPeer&) = delete;
  ~SocketPeer();

  peer::WebRtcPeer& transport() { return peer_; }
  bool connected() const { return peer_.state() == peer::PeerState::kConnected; }
  /// Sends what transport() has to send; call after using it.
  void flush();
  /// RTP packets that arrived, decrypted or not.
  std::uint64_t received() const { return received_; }
  /// The decrypted ones.
  const std::vector<std::vector<std::uint8_t>>& received_rtp() const { return rtp_; }
  /// The worker ended the TCP connection.
  bool closed_by_worker() const { return closed_; }
  /// Raw bytes on the TCP connection.
  void send_raw(std::span<const std::uint8_t> bytes);

 private:
  void read();
  void read_datagrams();
  void read_stream();
  void handle(std::span<std::uint8_t> datagram);

  Protocol protocol_;
  Media media_;
  int fd_;
  bool closed_ = false;
  std::uint64_t received_ = 0;
  StreamFrameReader frames_;
  std::vector<std::vector<std::uint8_t>> rtp_;
  peer::WebRtcPeer peer_;
  uv::Timer timer_;
  std::unique_ptr<uv::Poll> poll_;
};

}  // namespace halcyon::mediad
