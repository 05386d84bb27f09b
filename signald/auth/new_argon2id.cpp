#include "signald/auth/new_argon2id.h"

#include <string>
#include <vector>

namespace halcyon::signald {

ResultOr<Password> make_argon2id_password(std::string_view password, const Argon2Cost& cost,
                                          RandomSource& random) {
  constexpr std::size_t kSaltBytes = 16;  // RFC 9106 4
  std::vector<std::uint8_t> salt(kSaltBytes);
  random.fill(salt);
  auto encoded = argon2id_hash(password, salt, cost);
  if (!encoded) return fail("cannot compute argon2id of this password");
  Password made;
  made.type = Password::Type::kArgon2id;
  made.key = std::move(*encoded);
  return made;
}

}  // namespace halcyon::signald
