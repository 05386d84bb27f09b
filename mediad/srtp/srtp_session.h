#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "common/result/result.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/srtp/multi_buffer.h"
#include "mediad/srtp/srtp_error.h"
#include "mediad/srtp/srtp_tag.h"

namespace halcyon::mediad {

/// More SSRCs than this from one peer are refused with kNoRoom: each costs memory and makes every
/// look-up longer. Three encodings with RTX of a few dozen tracks fit.
inline constexpr std::size_t kSrtpMaxInboundSsrcs = 256;

class SrtpSession;

/// One RTP packet to protect in place, together with others. Borrows session and buffer.
struct RtpToProtect {
  SrtpSession* session = nullptr;
  std::span<std::uint8_t> buffer;  // `size` bytes of packet and at least kSrtpMaxTrailer more
  std::size_t size = 0;
  Result<std::size_t, SrtpError> protected_size = make_unexpected(SrtpError::kInternal);
};

/// One SRTP packet to unprotect in place, together with others. Borrows session and packet.
struct RtpToUnprotect {
  SrtpSession* session = nullptr;
  std::span<std::uint8_t> packet;
  Result<std::size_t, SrtpError> plain_size = make_unexpected(SrtpError::kInternal);
};

/// Protection of one transport's packets in both directions (RFC 3711). Any SSRC. Sending a
/// sequence number again with the same bytes is allowed: retransmissions without RTX need it.
///
/// libsrtp does the work, except for RTP of sessions that were given a MultiBuffer.
class SrtpSession {
 public:
  /// Costs up to a millisecond, and destruction grows with the number of sessions: Debian's libsrtp
  /// opens a context of NSS for each of a session's ciphers. Any thread may do either, also one
  /// that never uses the session.
  static Result<SrtpSession, SrtpError> create(const SrtpKeys& keys,
                                               SrtpTag tag = SrtpTag::k80Bits);
  /// Initialises libsrtp, which takes 10 ms; otherwise the first create() does it.
  static void prepare_library();
  SrtpSession(SrtpSession&&) noexcept;
  SrtpSession& operator=(SrtpSession&&) noexcept;
  ~SrtpSession();

  /// From now on `multi_buffer` does RTP; call before the first packet, once. It must outlive the
  /// session's use. Takes microseconds.
  Result<void, SrtpError> use(MultiBuffer& multi_buffer);

  /// In place. `buffer` holds `size` bytes of packet and at least kSrtpMaxTrailer more. Returns the
  /// new size.
  Result<std::size_t, SrtpError> protect_rtp(std::span<std::uint8_t> buffer, std::size_t size);
  Result<std::size_t, SrtpError> protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size);
  /// As if protect_rtp() were called for each in turn, but those of sessions with a MultiBuffer are
  /// worked on side by side. Such sessions must all have the same one.
  static void protect_rtp(std::span<RtpToProtect> packets);
  /// In place. Returns the new, smaller size.
  Result<std::size_t, SrtpError> unprotect_rtp(std::span<std::uint8_t> packet);
  Result<std::size_t, SrtpError> unprotect_rtcp(std::span<std::uint8_t> packet);
  /// As if unprotect_rtp() were called for each in turn, but side by side as above. A packet that
  /// is refused may have been changed.
  static void unprotect_rtp(std::span<RtpToUnprotect> packets);

 private:
  struct Impl;
  class UnprotectBatch;
  explicit SrtpSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::mediad
