#include "mediad/dtls/fingerprint_check.h"

#include <mbedtls/md.h>

#include <algorithm>
#include <array>

namespace halcyon::mediad {
namespace {

mbedtls_md_type_t hash_function(std::string_view algorithm) {
  if (algorithm == "sha-1") return MBEDTLS_MD_SHA1;
  if (algorithm == "sha-256") return MBEDTLS_MD_SHA256;
  if (algorithm == "sha-384") return MBEDTLS_MD_SHA384;
  if (algorithm == "sha-512") return MBEDTLS_MD_SHA512;
  return MBEDTLS_MD_NONE;
}

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> certificate_digest(std::string_view algorithm,
                                                            std::span<const std::uint8_t> der) {
  const mbedtls_md_info_t* hash = mbedtls_md_info_from_type(hash_function(algorithm));
  if (hash == nullptr) return std::nullopt;
  std::vector<std::uint8_t> digest(mbedtls_md_get_size(hash));
  if (mbedtls_md(hash, der.data(), der.size(), digest.data()) != 0) return std::nullopt;
  return digest;
}

bool fingerprint_matches(std::span<const Fingerprint> expected, std::span<const std::uint8_t> der) {
  bool matches = false;
  for (const Fingerprint& fingerprint : expected) {
    const auto digest = certificate_digest(fingerprint.algorithm, der);
    if (digest && equal_in_constant_time(*digest, fingerprint.digest)) matches = true;
  }
  return matches;
}

}  // namespace halcyon::mediad
