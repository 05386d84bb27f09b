#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// True when the signature of a text is right.
using JwsVerifier =
    std::function<bool(std::string_view text, const std::vector<std::uint8_t>& signature)>;

/// What verifies with a JSON Web Key (RFC 7517) by its `alg`, which it must have, and by no other.
ResultOr<JwsVerifier> read_jwk(const JsonObject& key);

/// Whether a key of `authKeys` can be read and is of a supported kind.
ResultOr<void> check_jwk(const JsonValue& key);

}  // namespace halcyon::signald
