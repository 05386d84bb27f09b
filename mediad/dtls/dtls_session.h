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
  /// The peer's certificate must match one of `expected`; otherwise the handshake fails.
  DtlsSession(std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
              std::vector<Fingerprint> expected, RandomSource& random, Timestamp now);
  DtlsSession(DtlsSession&&) noexcept;
  DtlsSession& operator=(DtlsSession&&) noexcept;
  ~DtlsSession();

  void handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now);
  void handle_timeout(Timestamp now);
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
  /// The peer said close_notify after the handshake.
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
