#pragma once

#include <string_view>

#include "common/random/random.h"
#include "common/result/error.h"
#include "signald/auth/key_derivation.h"
#include "signald/auth/password.h"

namespace halcyon::signald {

/// What RFC 9106 4 recommends where memory is not plentiful.
inline constexpr Argon2Cost kUsualArgon2Cost{64u << 10, 3, 4};

/// With a random salt. Computes for long.
ResultOr<Password> make_argon2id_password(std::string_view password, const Argon2Cost& cost,
                                          RandomSource& random);

}  // namespace halcyon::signald
