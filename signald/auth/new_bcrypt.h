#pragma once

#include <string_view>

#include "common/random/random.h"
#include "common/result/error.h"
#include "signald/auth/key_derivation.h"
#include "signald/auth/password.h"

namespace halcyon::signald {

/// A random salt and the cost, 4 to 31, for a password to come.
BcryptParts new_bcrypt_parts(int cost, RandomSource& random);

/// Computes for long. Longer passwords than bcrypt looks at are refused rather than cut, and so are
/// those with NUL.
ResultOr<Password> make_bcrypt_password(std::string_view password, const BcryptParts& parts);

}  // namespace halcyon::signald
