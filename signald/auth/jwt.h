#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "common/units/time.h"
#include "signald/auth/jwk.h"
#include "signald/auth/permissions.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// Clocks may disagree by this much.
inline constexpr TimeDelta kJwtLeeway = TimeDelta::seconds(5);

/// A JSON Web Token (RFC 7519) in compact form, taken apart. Nothing in it is to be believed before
/// verify_jwt().
struct Jwt {
  JsonObject header;
  JsonObject payload;
  std::string signed_text;
  std::vector<std::uint8_t> signature;
};

/// What a verified token says of its bearer.
struct JwtIdentity {
  std::string username;  // empty: the client chooses
  Permissions permissions;
};

/// Nullopt when the text is no JWT at all: it may be another kind of token.
std::optional<Jwt> parse_jwt(std::string_view text);

/// Checks the signature against the JWKs that the header's `alg` and `kid` select. Keys serve their
/// own algorithm only, so that neither "none" nor a public key taken for a secret one gets anybody
/// in. Errors are for the log.
ResultOr<void> verify_jwt(const Jwt& token, const JsonArray& keys);

/// Checks times and audience, and reads the rest. An empty canonical host leaves the audience's
/// host unchecked.
ResultOr<JwtIdentity> read_jwt_claims(const Jwt& token, std::string_view group,
                                      std::string_view canonical_host, WallTime now);

}  // namespace halcyon::signald
