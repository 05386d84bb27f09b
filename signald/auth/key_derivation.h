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

}  // namespace halcyon::signald
