#include "signald/auth/new_bcrypt.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

namespace halcyon::signald {

BcryptParts new_bcrypt_parts(int cost, RandomSource& random) {
  static constexpr char kAlphabet[] =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::vector<std::uint8_t> bytes(22);
  random.fill(bytes);
  BcryptParts parts;
  parts.cost = cost;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    // 16 bytes are 21 characters and 2 bits: the last character has only its two upper bits set.
    parts.salt.push_back(kAlphabet[i == 21 ? (bytes[i] & 3) << 4 : bytes[i] & 63]);
  }
  return parts;
}

ResultOr<Password> make_bcrypt_password(std::string_view password, const BcryptParts& parts) {
  if (password.size() > kBcryptPasswordBytes) {
    return fail("bcrypt passwords are at most " + std::to_string(kBcryptPasswordBytes) +
                " bytes long");
  }
  if (password.find('\0') != std::string_view::npos) {
    return fail("passwords must not contain NUL");
  }
  const auto hash = bcrypt_hash(password, parts);
  if (!hash) return fail("cannot compute bcrypt of this password");
  Password made;
  made.type = Password::Type::kBcrypt;
  made.key = fmt::format("$2a${:02}${}{}", parts.cost, parts.salt, *hash);
  return made;
}

}  // namespace halcyon::signald
