#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/error.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// A password as a description stores it. Fields keep what the file says; mistakes show when it is
/// used.
struct Password {
  enum class Type {
    kNone,      // nobody gets in
    kPlain,     // `key` is the password
    kWildcard,  // anything, the empty password included
    kPbkdf2,
    kBcrypt,
    kArgon2id,
    kUnknown,  // an error when used
  };
  Type type = Type::kNone;
  std::string type_name;  // of kUnknown
  std::optional<std::string> key;
  std::string hash;
  std::string salt;
  std::int64_t iterations = 0;

  bool operator==(const Password&) const = default;
};

enum class PasswordMatch {
  kMatch,
  kMismatch,
  kError,       // the stored password is broken: nobody can match it
  kOverloaded,  // could not be checked now
};

/// Longer keys are no PBKDF2 output anybody made on purpose.
inline constexpr std::size_t kMaxPbkdf2KeyBytes = 1024;
/// About an hour of computing; more is a mistake in the file.
inline constexpr std::int64_t kMaxPbkdf2Iterations = 1'000'000'000;

/// Reads a string, an object or null (no password). Field names match in any case, unknown ones are
/// ignored.
ResultOr<Password> read_password(const JsonValue& value);

/// The inverse of read_password(), null for no password.
JsonValue write_password(const Password& password);

/// What makes this password useless to everybody, and what to do; none when it can be used, or when
/// there is no password at all.
std::optional<std::string> password_problem(const Password& password);

/// True when checking takes milliseconds and more, and belongs on another thread.
bool is_costly(const Password& password);

/// Compares in a time that does not tell where the difference is. Costly ones compute here and now.
PasswordMatch match_password(const Password& stored, std::string_view supplied);

/// Equality in a time that depends on the length of `supplied` only.
bool equal_in_constant_time(std::string_view stored, std::string_view supplied);

}  // namespace halcyon::signald
