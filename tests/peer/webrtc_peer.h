#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/units/time.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/ice/stun_codec.h"
#include "mediad/srtp/srtp_session.h"

namespace halcyon::peer {

struct PeerConfig {
  mediad::IceCredentials local;
  mediad::IceCredentials remote;
  mediad::DtlsRole dtls_role = mediad::DtlsRole::kClient;
  /// Fingerprints of the server's certificate.
  std::vector<mediad::Fingerprint> expected;
  std::shared_ptr<const mediad::DtlsCertificate> certificate;
  /// False begins in the wrong role towards a lite agent; the first 487 puts it right.
  bool controlling = true;
};

/// Until the first answer a check goes out this often; browsers do about the same.
inline constexpr TimeDelta kCheckInterval = TimeDelta::millis(200);
/// RFC 7675 5.1, less a random part of up to a fifth of it.
inline constexpr TimeDelta kConsentInterval = TimeDelta::seconds(5);

enum class PeerState {
  kChecking,     // no check answered yet
  kHandshaking,  // a pair is nominated, DTLS is under way
  kConnected,    // media flows
  kFailed,       // for the reason in failure()
  kClosed,       // the server said close_notify, or close() was called
};

/// The browser's end of a transport: a controlling ICE agent with one pair (its one socket, the
/// server's address), DTLS in either role, SRTP. Sans I/O like the server's blocks it is made of,
/// so that it runs in virtual time against an engine and behind a socket in a load generator. Not a
/// full agent: it answers no checks, for lite agents send none.
class WebRtcPeer {
 public:
  using Bytes = std::vector<std::uint8_t>;

  /// The first check is ready at once. `random` must outlive the peer.
  WebRtcPeer(PeerConfig config, RandomSource& random, Timestamp now);

  /// What came from the server's address.
  void handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const;
  /// A datagram for the server's address. Drain after every other call.
  std::optional<Bytes> poll_output();

  /// False before the peer is connected or when the bytes are no RTP; nothing is sent then.
  bool send_rtp(std::span<const std::uint8_t> packet);
  bool send_rtcp(std::span<const std::uint8_t> packet);
  /// Received and decrypted, oldest first.
  std::optional<Bytes> poll_rtp();
  std::optional<Bytes> poll_rtcp();

  /// An ICE restart: checks with the new credentials begin at once, DTLS and SRTP stay.
  void restart_ice(mediad::IceCredentials local, mediad::IceCredentials remote, Timestamp now);
  /// Says close_notify if it can, and falls silent.
  void close(Timestamp now);

  PeerState state() const { return state_; }
  const std::string& failure() const { return failure_; }
  /// This peer's address as the server sees it, from the newest answer.
  const std::optional<SocketAddress>& mapped_address() const { return mapped_address_; }

  struct Counters {
    std::uint64_t checks_sent = 0;
    std::uint64_t checks_answered = 0;
    std::uint64_t check_errors = 0;  // error responses
    std::uint64_t rtp_received = 0;
    std::uint64_t rtcp_received = 0;
    std::uint64_t unprotect_failures = 0;
    std::uint64_t ignored = 0;  // datagrams of no use
  };
  const Counters& counters() const { return counters_; }

 private:
  bool over() const { return state_ == PeerState::kFailed || state_ == PeerState::kClosed; }
  void send_check(Timestamp now);
  void handle_stun(std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_media(std::span<const std::uint8_t> datagram);
  void ice_connected(Timestamp now);
  void start_dtls(Timestamp now);
  void drain_dtls();
  void fail(std::string reason);

  PeerConfig config_;
  RandomSource& random_;
  std::uint64_t tie_breaker_;
  PeerState state_ = PeerState::kChecking;
  std::string failure_;
  std::optional<SocketAddress> mapped_address_;
  std::deque<mediad::StunTransactionId> open_checks_;
  bool check_answered_ = false;  // with the present credentials
  Timestamp next_check_;
  Timestamp last_answer_;
  std::optional<mediad::DtlsSession> dtls_;
  std::optional<mediad::SrtpSession> srtp_;
  std::deque<Bytes> output_;
  std::deque<Bytes> rtp_;
  std::deque<Bytes> rtcp_;
  Counters counters_;
};

}  // namespace halcyon::peer
