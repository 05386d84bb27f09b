#include "galenectl/new_password.h"

#include <vector>

#include "common/encoding/hex.h"
#include "signald/auth/key_derivation.h"
#include "signald/auth/new_argon2id.h"
#include "signald/auth/new_bcrypt.h"

namespace halcyon::galenectl {
namespace {

using signald::Password;

constexpr std::int64_t kSmallestCost = 4;
constexpr std::int64_t kLargestCost = 31;
constexpr std::int64_t kCostInsteadOfTooSmall = 10;

ResultOr<Password> make_pbkdf2(const std::string& password, const Options& options,
                               RandomSource& random) {
  const std::int64_t iterations = options.integer("iterations");
  const std::int64_t key_bytes = options.integer("key");
  const std::int64_t salt_bytes = options.integer("salt");
  if (iterations < 1 || iterations > kMaxIterations) return fail("-iterations is out of range");
  if (key_bytes < 1 || key_bytes > kMaxKeyBytes) return fail("-key is out of range");
  if (salt_bytes < 0 || salt_bytes > kMaxSaltBytes) return fail("-salt is out of range");
  std::vector<std::uint8_t> salt(static_cast<std::size_t>(salt_bytes));
  random.fill(salt);
  const auto key = signald::pbkdf2_hmac_sha256(
      password, salt, static_cast<std::uint32_t>(iterations), static_cast<std::size_t>(key_bytes));
  if (!key) return fail("cannot derive a key");
  Password made;
  made.type = Password::Type::kPbkdf2;
  made.hash = "sha-256";
  made.key = hex_encode(*key);
  made.salt = hex_encode(salt);
  made.iterations = iterations;
  return made;
}

}  // namespace

ResultOr<Password> make_bcrypt(const std::string& password, std::int64_t cost,
                               RandomSource& random) {
  if (cost < kSmallestCost) cost = kCostInsteadOfTooSmall;
  if (cost > kLargestCost) return fail("bcrypt cost is above " + std::to_string(kLargestCost));
  return signald::make_bcrypt_password(password,
                                       signald::new_bcrypt_parts(static_cast<int>(cost), random));
}

std::vector<OptionSpec> new_password_options() {
  using Kind = OptionSpec::Kind;
  return {
      {"password", Kind::kString, "PASSWORD", "the password; asked for when empty", ""},
      {"type", Kind::kString, "TYPE", "bcrypt, pbkdf2, argon2id or wildcard", "bcrypt",
       Names::kPasswordTypes},
      {"cost", Kind::kInteger, "N", "bcrypt: cost, 4 to 31", "8"},
      {"iterations", Kind::kInteger, "N", "pbkdf2: iterations", "4096"},
      {"key", Kind::kInteger, "N", "pbkdf2: key length in bytes", "32"},
      {"salt", Kind::kInteger, "N", "pbkdf2: salt length in bytes", "8"},
  };
}

ResultOr<Password> new_password(Invocation& invocation) {
  const Options& options = invocation.options;
  const std::string type = options.text("type");
  std::string password = options.text("password");
  if (type == "wildcard") {
    if (!password.empty()) return fail("Wildcard password must be the empty string");
    Password wildcard;
    wildcard.type = Password::Type::kWildcard;
    return wildcard;
  }
  if (type != "bcrypt" && type != "pbkdf2" && type != "argon2id") {
    return fail("unknown password type");
  }
  if (password.empty()) {
    auto answer = invocation.environment.ask_password("New password: ");
    if (!answer) return unexpected(answer.error());
    password = std::move(*answer);
  }
  if (type == "argon2id") {
    return signald::make_argon2id_password(password, signald::kUsualArgon2Cost,
                                           invocation.environment.random);
  }
  if (type == "pbkdf2") return make_pbkdf2(password, options, invocation.environment.random);
  return make_bcrypt(password, options.integer("cost"), invocation.environment.random);
}

}  // namespace halcyon::galenectl
