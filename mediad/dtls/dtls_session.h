#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/random/random.h"
#include "common/result/error.h"
#include "common/units/time.h"

namespace halcyon::mediad {

enum class DtlsRole { kClient, kServer };

/// From the construction of a session to its keys.
inline constexpr TimeDelta kDtlsHandshakeTimeout = TimeDelta::seconds(30);
/// How long a connected session keeps its mbedTLS context (32 KiB of buffers) to answer a peer that
/// did not get the last flight: RFC 6347's retransmissions at 1, 3 and 7 s. After that it ignores
/// everything.
inline constexpr TimeDelta kDtlsLinger = TimeDelta::seconds(10);
/// Peers keep to the path's MTU.
inline constexpr std::size_t kMaxDtlsDatagram = 2048;

/// A certificate's digest (RFC 8122).
struct Fingerprint {
  std::string algorithm;  // "sha-256", "sha-384", "sha-512" or "sha-1", lower case
  std::vector<std::uint8_t> digest;
};

/// A self-signed ECDSA P-256 certificate with its key, made at the start of a worker and shared by
/// all its sessions.
class DtlsCertificate {
 public:
  static ResultOr<std::shared_ptr<const DtlsCertificate>> generate(RandomSource& random,
                                                                   WallTime now);
  ~DtlsCertificate();
  /// sha-256.
  const Fingerprint& fingerprint() const;
  std::span<const std::uint8_t> der() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit DtlsCertificate(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Keying material for SRTP_AES128_CM_HMAC_SHA1_80 (RFC 5764 4.2): 16 bytes of key, 14 of salt, for
/// each direction.
struct SrtpKeys {
  std::array<std::uint8_t, 30> send{};  // key, then salt
  std::array<std::uint8_t, 30> receive{};
};

/// A DTLS 1.2 handshake that yields SRTP keys, in either role, over mbedTLS. Sans I/O: datagrams
/// and `now` in, datagrams, the result and the next deadline out, so that it can run on any thread
/// and in virtual time. As a server it puts a fragmented ClientHello together before mbedTLS sees
/// it.
class DtlsSession {
 public:
  /// The peer's certificate must match one of `expected`; otherwise the handshake fails. A client
  /// has a first flight to poll at once, so make it when there is an address to send to. `random`
  /// must outlive the session.
  DtlsSession(std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
              std::vector<Fingerprint> expected, RandomSource& random, Timestamp now);
  DtlsSession(DtlsSession&&) noexcept;
  DtlsSession& operator=(DtlsSession&&) noexcept;
  ~DtlsSession();

  void handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
  /// Says close_notify, if the session still can (see kDtlsLinger), and ends it.
  void close(Timestamp now);
  /// never() when the session waits for nothing.
  Timestamp next_deadline() const;

  struct Datagram {
    std::vector<std::uint8_t> bytes;
  };
  struct Connected {
    SrtpKeys keys;
  };
  struct Failed {
    std::string reason;
  };
  /// The peer said close_notify within kDtlsLinger of the handshake. Later ones go unread: consent
  /// and signalling tell.
  struct Closed {};
  using Output = std::variant<Datagram, Connected, Failed, Closed>;
  /// Drain after every other call, until nullopt.
  std::optional<Output> poll_output();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// RFC 7983: is the first byte that of a DTLS record?
inline bool is_dtls(std::span<const std::uint8_t> datagram) {
  return !datagram.empty() && datagram[0] >= 20 && datagram[0] <= 63;
}

}  // namespace halcyon::mediad
