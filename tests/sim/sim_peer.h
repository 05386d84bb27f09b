#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "common/ids/media_ids.h"
#include "common/random/random.h"
#include "common/units/time.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/ice/stun_codec.h"
#include "mediad/rtcp/nack.h"
#include "mediad/rtcp/sender_info.h"
#include "mediad/srtp/srtp_session.h"

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

/// A browser's end of one transport: a controlling ICE agent with one candidate, DTLS in either
/// role, SRTP, repair by retransmission. Sans I/O, so that it works in virtual time and on real
/// sockets.
class SimPeer {
 public:
  struct Config {
    mediad::IceCredentials local;
    mediad::IceCredentials remote;  // of the worker
    mediad::DtlsRole role = mediad::DtlsRole::kClient;
    mediad::Fingerprint expected;  // of the worker's certificate
    /// Answers NACKs and asks for what is missing. Off where a test or benchmark does without.
    bool repair = true;
    /// Keeps what arrives in received(). Off where only counting is wanted.
    bool keep_received = true;
  };
  SimPeer(Config config, std::shared_ptr<const mediad::DtlsCertificate> certificate,
          RandomSource& random, Timestamp now);

  /// Decrypts in place.
  void handle_datagram(std::span<std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const;
  /// To be sent to the worker.
  std::vector<Bytes> take_datagrams();

  bool nominated() const { return nominated_; }
  bool connected() const { return srtp_.has_value(); }
  const std::optional<std::string>& dtls_failure() const { return dtls_failure_; }

  /// The worker's credentials changed: checks go on with the new ones.
  void restart_ice(mediad::IceCredentials local, mediad::IceCredentials remote, Timestamp now);
  /// No further checks: as if the network were gone, without telling anybody.
  void stop_checks() { checking_ = false; }

  /// Plain packets; dropped before the handshake is done.
  void send_rtp(std::span<const std::uint8_t> packet);
  void send_rtcp(std::span<const std::uint8_t> packet);

  const std::vector<ReceivedRtp>& received() const { return received_; }
  void clear_received() { received_.clear(); }
  std::uint64_t received_count() const { return received_count_; }
  const ReceivedRtcp& rtcp() const { return rtcp_; }

 private:
  void send_check(Timestamp now);
  void handle_stun(std::span<const std::uint8_t> datagram, Timestamp now);
  void start_handshake(Timestamp now);
  void drain_handshake();
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

  Config config_;
  std::shared_ptr<const mediad::DtlsCertificate> certificate_;
  RandomSource& random_;
  bool checking_ = true;
  bool nominated_ = false;
  mediad::StunTransactionId transaction_{};
  Timestamp next_check_;
  std::optional<mediad::DtlsSession> dtls_;
  std::optional<std::string> dtls_failure_;
  std::optional<mediad::SrtpSession> srtp_;
  std::vector<Bytes> out_;
  std::map<std::pair<Ssrc, std::uint16_t>, Bytes> sent_;
  std::vector<std::pair<Ssrc, std::uint16_t>> sent_order_;
  std::map<Ssrc, Inbound> inbound_;
  Timestamp next_ask_ = Timestamp::never();
  std::vector<ReceivedRtp> received_;
  std::uint64_t received_count_ = 0;
  ReceivedRtcp rtcp_;
};

}  // namespace halcyon::sim
