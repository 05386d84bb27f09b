#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/media_ids.h"
#include "common/random/random.h"
#include "common/units/time.h"
#include "mediad/rtcp/nack.h"
#include "mediad/rtcp/sender_info.h"
#include "tests/peer/webrtc_peer.h"

namespace halcyon::sim {

using Bytes = std::vector<std::uint8_t>;

/// A packet that a peer got, decrypted.
struct ReceivedRtp {
  Ssrc ssrc;
  std::uint8_t payload_type = 0;
  std::uint16_t sequence_number = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  Bytes payload;
  Timestamp when;
};

/// What a peer learnt by RTCP.
struct ReceivedRtcp {
  unsigned plis = 0;
  unsigned nacked = 0;  // sequence numbers
  unsigned receiver_reports = 0;
  std::uint64_t remb = 0;
  std::vector<mediad::SenderInfo> sender_reports;
  std::map<Ssrc, std::string> cnames;
};

/// What a browser does above its transport, as far as a worker can see it: answers NACKs, asks for
/// what it misses, and remembers what it got.
class SimPeer {
 public:
  SimPeer(peer::PeerConfig config, RandomSource& random, Timestamp now)
      : transport_(std::move(config), random, now) {}

  void handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const;
  /// To be sent to the worker.
  std::vector<Bytes> take_datagrams();

  bool connected() const { return transport_.state() == peer::PeerState::kConnected; }
  peer::WebRtcPeer& transport() { return transport_; }

  /// Plain packets; dropped before the handshake is done.
  void send_rtp(std::span<const std::uint8_t> packet);
  void send_rtcp(std::span<const std::uint8_t> packet) { transport_.send_rtcp(packet); }

  const std::vector<ReceivedRtp>& received() const { return received_; }
  const ReceivedRtcp& rtcp() const { return rtcp_; }

 private:
  void handle_rtp(std::span<const std::uint8_t> packet, Timestamp now);
  void handle_rtcp(std::span<const std::uint8_t> packet);
  void answer(const mediad::Nack& nack);
  void note_gap(Ssrc ssrc, std::uint16_t sequence_number, Timestamp now);
  void ask_for_missing(Timestamp now);

  /// The receiving side of one SSRC.
  struct Inbound {
    bool started = false;
    std::uint16_t newest = 0;
    std::map<std::uint16_t, int> missing;  // with the number of times asked
  };
  using SentKey = std::pair<Ssrc, std::uint16_t>;

  peer::WebRtcPeer transport_;
  std::map<SentKey, Bytes> sent_;
  std::deque<SentKey> sent_order_;
  std::map<Ssrc, Inbound> inbound_;
  Timestamp next_ask_ = Timestamp::never();
  std::vector<ReceivedRtp> received_;
  ReceivedRtcp rtcp_;
};

}  // namespace halcyon::sim
