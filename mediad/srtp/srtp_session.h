#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "common/result/result.h"
#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad {

enum class SrtpError { kAuthentication, kReplay, kMalformed, kNoRoom, kInternal };

/// What SRTP and SRTCP add to a packet at most: a tag of 10 bytes, and for SRTCP its index of 4.
inline constexpr std::size_t kSrtpMaxTrailer = 16;
/// Late retransmissions arrive far behind (spec media.md 7.4).
inline constexpr unsigned long kSrtpReplayWindow = 512;
/// A sequence number this far behind the newest one can still be sent again; packet caches are
/// smaller.
inline constexpr unsigned long kSrtpSendWindow = 4096;

/// More SSRCs than this from one peer are refused with kNoRoom: each costs memory and makes every
/// look-up longer. Three encodings with RTX of a few dozen tracks fit.
inline constexpr std::size_t kSrtpMaxInboundSsrcs = 256;

/// Protection of one transport's packets in both directions (RFC 3711), over libsrtp. Any SSRC.
/// Sending a sequence number again with the same bytes is allowed: retransmissions without RTX need
/// it.
class SrtpSession {
 public:
  static Result<SrtpSession, SrtpError> create(const SrtpKeys& keys);
  SrtpSession(SrtpSession&&) noexcept;
  SrtpSession& operator=(SrtpSession&&) noexcept;
  ~SrtpSession();

  /// In place. `buffer` holds `size` bytes of packet and at least kSrtpMaxTrailer more. Returns the
  /// new size.
  Result<std::size_t, SrtpError> protect_rtp(std::span<std::uint8_t> buffer, std::size_t size);
  Result<std::size_t, SrtpError> protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size);
  /// In place. Returns the new, smaller size.
  Result<std::size_t, SrtpError> unprotect_rtp(std::span<std::uint8_t> packet);
  Result<std::size_t, SrtpError> unprotect_rtcp(std::span<std::uint8_t> packet);

 private:
  struct Impl;
  explicit SrtpSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::mediad
