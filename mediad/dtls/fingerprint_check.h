#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad {

/// The digest of a certificate's DER by one of RFC 8122's hash functions: sha-1, sha-256, sha-384
/// or sha-512. Nullopt for any other name.
std::optional<std::vector<std::uint8_t>> certificate_digest(std::string_view algorithm,
                                                            std::span<const std::uint8_t> der);

/// Whether one of `expected` is a fingerprint of the certificate. Fingerprints by unknown hash
/// functions match nothing. Takes the same time whichever byte differs.
bool fingerprint_matches(std::span<const Fingerprint> expected, std::span<const std::uint8_t> der);

}  // namespace halcyon::mediad
