#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace halcyon::mediad {

/// Why a datagram or packet went no further. Each is counted and reported in Statistics.drops under
/// its name.
enum class Drop : std::uint8_t {
  kNotMultiplexed,  // first byte of nothing that RFC 7983 knows
  kUnknownPeer,     // DTLS, SRTP or SRTCP from an address no check has authenticated
  kStunInvalid,
  kStunNotARequest,
  kStunUnauthorised,
  kStunUnknownUfrag,
  kDtlsHeld,        // came before SetRemote, and enough are held already
  kDtlsUnexpected,  // no handshake runs that could use it
  kDtlsQueueFull,   // the handshake thread is that far behind
  kSrtpWithoutKeys,
  kSrtpAuthentication,
  kSrtpReplay,
  kSrtpSsrcs,  // more sources than a transport may have
  kSrtpMalformed,
  kSrtpProtection,  // an outgoing packet that could not be protected
  kRtpMalformed,
  kRtpUnknownSsrc,
  kRtpPayloadType,  // not the one its track started with
  kRtpDuplicate,
  kRtpTooOld,
  kRtpTooLarge,
  kRtcpMalformed,
  kNackBeyondLimit,
  kRelayMalformed,
  kRelayUnknown,  // relay id or sender's address is not one of ours
  kRelayTrack,
  kDatagramTooLarge,
  kSocketFull,  // the kernel's send buffer
  kSocketError,
  kTcpConnectionGone,
  kTcpQueueFull,
  kCount,
};

/// As it appears in Statistics.drops.
std::string_view drop_name(Drop drop);

class DropCounters {
 public:
  void count(Drop drop, std::uint64_t n = 1) { counts_[static_cast<std::size_t>(drop)] += n; }
  std::uint64_t of(Drop drop) const { return counts_[static_cast<std::size_t>(drop)]; }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Drop::kCount)> counts_{};
};

}  // namespace halcyon::mediad
