#pragma once

#include <vector>

#include "galenectl/commands.h"
#include "signald/auth/password.h"

namespace halcyon::galenectl {

/// -password, -type, -cost, -iterations, -key, -salt.
std::vector<OptionSpec> new_password_options();

/// The hashed password those options ask for; asks for the password itself when it is not given.
/// Errors are for report().
ResultOr<signald::Password> new_password(Invocation& invocation);

/// Unsalted limits of what we make: bcrypt's own, and what one wait at a prompt may cost.
inline constexpr std::int64_t kMaxIterations = 100'000'000;
inline constexpr std::int64_t kMaxKeyBytes = 1024;
inline constexpr std::int64_t kMaxSaltBytes = 1024;

ResultOr<signald::Password> make_bcrypt(const std::string& password, std::int64_t cost,
                                        RandomSource& random);

}  // namespace halcyon::galenectl
