#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace halcyon::signald {

enum class JwsHash { kSha256, kSha384, kSha512 };

/// Bytes of the hash, which is also the length that JWS demands of keys here.
std::size_t hash_size(JwsHash hash);

/// RFC 2104. Empty when the library refuses.
std::vector<std::uint8_t> hmac(JwsHash hash, std::span<const std::uint8_t> key,
                               std::string_view text);

/// For TURN servers' credentials, whose format demands this hash; no token may use it.
std::vector<std::uint8_t> hmac_sha1(std::span<const std::uint8_t> key, std::string_view text);

/// Shorter moduli can be factored; longer ones cost more than they are worth.
inline constexpr std::size_t kMinRsaBits = 1024;
inline constexpr std::size_t kMaxRsaBits = 8192;
inline constexpr std::size_t kMaxRsaExponentBytes = 8;

enum class Curve { kP256, kP384, kP521 };

/// A key that signatures are verified with. Copies share it.
class PublicKey {
 public:
  using Bytes = std::span<const std::uint8_t>;

  /// Big-endian coordinates, leading zeros optional. Nullopt when they are no point of the curve.
  static std::optional<PublicKey> elliptic(Curve curve, Bytes x, Bytes y);
  /// Big-endian. Nullopt when the sizes are out of bounds or the numbers can be no RSA key.
  static std::optional<PublicKey> rsa(Bytes modulus, Bytes exponent);
  /// The 32 bytes of RFC 8032 5.1.5.
  static std::optional<PublicKey> ed25519(Bytes key);

  /// RFC 7518 3.4: the signature is r and s, each as long as the curve's field.
  bool verify_ecdsa(JwsHash hash, std::string_view text, Bytes signature) const;
  /// RFC 7518 3.3: PKCS #1 v1.5.
  bool verify_rsa_pkcs1(JwsHash hash, std::string_view text, Bytes signature) const;
  /// RFC 7518 3.5: PSS, with the same hash for the mask and a salt of its length.
  bool verify_rsa_pss(JwsHash hash, std::string_view text, Bytes signature) const;
  /// RFC 8037 3.1.
  bool verify_ed25519(std::string_view text, Bytes signature) const;

 private:
  PublicKey(EVP_PKEY* key, std::size_t field_bytes);

  std::shared_ptr<EVP_PKEY> key_;
  std::size_t field_bytes_ = 0;  // of elliptic keys: half the length of a signature
};

}  // namespace halcyon::signald
