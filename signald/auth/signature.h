#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace halcyon::signald {

/// kSha1 is for TURN servers' credentials, whose format demands it; no token may use it.
enum class HmacHash { kSha1, kSha256, kSha384, kSha512 };

/// Bytes of the hash, which is also the length that JWS demands of keys here.
std::size_t hash_size(HmacHash hash);

/// RFC 2104. Empty when the library refuses.
std::vector<std::uint8_t> hmac(HmacHash hash, std::span<const std::uint8_t> key,
                               std::string_view text);

/// A public key on P-256, known to be a point of the curve.
struct P256Key {
  std::vector<std::uint8_t> point;  // uncompressed: 0x04, x, y
};
/// Big-endian coordinates, leading zeros optional. Nullopt when they are no point of the curve.
std::optional<P256Key> make_p256_key(std::span<const std::uint8_t> x,
                                     std::span<const std::uint8_t> y);
/// ES256 (RFC 7518 3.4): the signature is r and s, 32 bytes each.
bool verify_es256(const P256Key& key, std::string_view text,
                  std::span<const std::uint8_t> signature);

/// Shorter moduli can be factored; longer ones cost more than they are worth.
inline constexpr std::size_t kMinRsaBits = 1024;
inline constexpr std::size_t kMaxRsaBits = 8192;

/// RS256 (RFC 7518 3.3): PKCS #1 v1.5 with SHA-256; big-endian modulus and exponent.
bool verify_rs256(std::span<const std::uint8_t> modulus, std::span<const std::uint8_t> exponent,
                  std::string_view text, std::span<const std::uint8_t> signature);

}  // namespace halcyon::signald
