#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon::signald {

/// RFC 8018 5.2 with HMAC-SHA-256. Nullopt when the library refuses.
std::optional<std::vector<std::uint8_t>> pbkdf2_hmac_sha256(std::string_view password,
                                                            std::span<const std::uint8_t> salt,
                                                            std::uint32_t iterations,
                                                            std::size_t length);

/// Only this much of a password counts for bcrypt.
inline constexpr std::size_t kBcryptPasswordBytes = 72;

/// A bcrypt string taken apart: "$2b$04$" salt hash.
struct BcryptParts {
  int cost = 0;      // 4 to 31
  std::string salt;  // 22 characters
  std::string hash;  // 31 characters
};

/// Accepts the prefixes $2$, $2a$, $2b$, $2x$ and $2y$, which all mean the same algorithm here.
std::optional<BcryptParts> parse_bcrypt(std::string_view text);

/// The 31 characters of the hash. The password must not contain NUL.
std::optional<std::string> bcrypt_hash(std::string_view password, const BcryptParts& parts);

/// More memory would let a few logins at once exhaust a small machine; 2 GiB is what RFC 9106 4
/// gives its largest choice, 64 MiB its usual one.
inline constexpr std::uint32_t kMaxArgon2MemoryKib = 2u << 20;
/// More of either is a mistake in the file.
inline constexpr std::uint32_t kMaxArgon2Passes = 1000;
inline constexpr std::uint32_t kMaxArgon2Lanes = 64;

/// RFC 9106 3.1.
struct Argon2Cost {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
};

/// What "$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH" costs; nullopt when it is malformed or out of
/// bounds.
std::optional<Argon2Cost> parse_argon2id(std::string_view text);

/// A string as parse_argon2id() reads, with a hash of 32 bytes. Nullopt when the library refuses.
std::optional<std::string> argon2id_hash(std::string_view password,
                                         std::span<const std::uint8_t> salt,
                                         const Argon2Cost& cost);

enum class KeyCheck { kSame, kDifferent, kMalformed, kNoResources };

/// Whether the password has this hash.
KeyCheck check_argon2id(const std::string& encoded, std::string_view password);

}  // namespace halcyon::signald
