#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/net/socket_address.h"
#include "common/result/result.h"
#include "common/units/time.h"

namespace halcyon::mediad {

struct IceCredentials {
  std::string ufrag;
  std::string pwd;
};

/// Where packets come from and go to: an address, and how it is reached.
struct TransportAddress {
  SocketAddress address;
  /// 0 for the UDP socket, else the number of the TCP connection (RFC 6544) the packet came by.
  std::uint64_t tcp_connection = 0;
  bool operator==(const TransportAddress&) const = default;
};

enum class IceState {
  kNew,           // no check nominated a pair yet
  kConnected,     // a pair is selected and its consent is fresh
  kDisconnected,  // selected, but no check for kIceDisconnectedAfter
  kFailed,        // consent expired (RFC 7675 5.1: 30 s), or nothing nominated within 30 s
};

inline constexpr TimeDelta kIceDisconnectedAfter =
    TimeDelta::seconds(5 + 5);  // a check every 5 s (RFC 7675) may be lost once
inline constexpr TimeDelta kIceConsentLifetime = TimeDelta::seconds(30);  // RFC 7675 5.1
inline constexpr TimeDelta kIceConnectTimeout = TimeDelta::seconds(30);

enum class StunError {
  kNotStun,       // too short, wrong cookie, wrong length, bad FINGERPRINT: drop
  kNotARequest,   // a lite agent asks nothing, so it expects no answers: drop
  kUnauthorised,  // MESSAGE-INTEGRITY or USERNAME wrong; response_to() may hold a 401
  kBadRequest,    // an unknown comprehension-required attribute (420), malformed (400), or not
                  // controlling (487)
};

/// The ufrag of ours that a binding request names in USERNAME ("ours:theirs", RFC 8445 7.2.2),
/// without checking anything else: it finds the session that then checks everything. Borrows from
/// the datagram.
std::optional<std::string_view> stun_local_ufrag(std::span<const std::uint8_t> datagram);

/// RFC 7983: is the first byte that of a STUN message?
inline bool is_stun(std::span<const std::uint8_t> datagram) {
  return !datagram.empty() && datagram[0] < 4;
}

/// One ICE-lite agent (RFC 8445 2.5): answers the checks of a full agent, selects the pair it
/// nominates, and lets consent lapse. Always controlled. No I/O, no clock.
class IceLiteSession {
 public:
  IceLiteSession(IceCredentials local, Timestamp now);

  const IceCredentials& local() const { return local_; }
  /// After a restart, the credentials still accepted until a check with the new ones succeeds (RFC
  /// 8445 9).
  const std::optional<IceCredentials>& previous_local() const { return previous_local_; }

  /// When known, the other half of USERNAME is checked too.
  void set_remote_ufrag(std::string ufrag);
  /// Keeps the selected pair until a check with the new credentials nominates one. The remote ufrag
  /// is unknown again.
  void restart(IceCredentials local, Timestamp now);

  struct Outcome {
    /// To be sent back to where the request came from. Borrows from the session until the next
    /// call.
    std::span<const std::uint8_t> response;
    /// The selected pair is new or another one than before.
    bool selection_changed = false;
  };
  /// A datagram for which is_stun() holds. Success says that `from` is an address of this session's
  /// peer, selected or not, until nothing comes from it any more; what else it sends belongs to
  /// this session. An error with a non-empty error_response() is answered with that.
  Result<Outcome, StunError> handle_datagram(std::span<const std::uint8_t> datagram,
                                             const TransportAddress& from, Timestamp now);
  /// The answer to the request that handle_datagram() just refused, empty when it deserves silence.
  std::span<const std::uint8_t> error_response() const;

  /// Where to send to: the pair nominated last. Empty until one is, and again when consent has
  /// expired. A later nomination revives a failed session: it proves the peer's consent as well as
  /// a restart would.
  const std::optional<TransportAddress>& selected() const { return selected_; }
  IceState state() const { return state_; }

  /// Moves state() on; call when next_deadline() has come.
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const;

 private:
  /// Ours or the previous ones, if the request names them.
  const IceCredentials* credentials_for(std::string_view username) const;
  Result<const IceCredentials*, StunError> authenticate(std::span<const std::uint8_t> datagram);
  tl::unexpected<StunError> refuse(std::span<const std::uint8_t> request, int code,
                                   std::string_view password, StunError error);

  IceCredentials local_;
  bool local_confirmed_ = false;  // a check has used them
  std::optional<IceCredentials> previous_local_;
  std::string remote_ufrag_;
  std::optional<TransportAddress> selected_;
  IceState state_ = IceState::kNew;
  Timestamp started_;
  Timestamp last_check_;
  std::uint8_t response_[256] = {};
  std::size_t response_size_ = 0;
  bool refused_ = false;
};

}  // namespace halcyon::mediad
