#include "signald/auth/password.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/encoding/hex.h"
#include "signald/auth/key_derivation.h"
#include "signald/json/ascii_case.h"

namespace halcyon::signald {

namespace {

struct TypeName {
  Password::Type type;
  std::string_view name;
};
constexpr std::array kTypeNames = {
    TypeName{Password::Type::kPlain, "plain"},
    TypeName{Password::Type::kWildcard, "wildcard"},
    TypeName{Password::Type::kPbkdf2, "pbkdf2"},
    TypeName{Password::Type::kBcrypt, "bcrypt"},
    TypeName{Password::Type::kArgon2id, "argon2id"},
};

Password::Type type_from_name(std::string_view name) {
  if (name.empty()) {
    return Password::Type::kNone;
  }
  const auto known = std::find_if(kTypeNames.begin(), kTypeNames.end(),
                                  [&](const TypeName& entry) { return entry.name == name; });
  return known == kTypeNames.end() ? Password::Type::kUnknown : known->type;
}

std::string name_of(const Password& password) {
  const auto known = std::find_if(kTypeNames.begin(), kTypeNames.end(), [&](const TypeName& entry) {
    return entry.type == password.type;
  });
  return known == kTypeNames.end() ? password.type_name : std::string(known->name);
}

/// False when the field has the wrong type.
bool read_field(const std::string& name, const JsonValue& value, Password& out,
                std::string& type_name) {
  if (value.is_null()) {
    return true;
  }
  if (name == "iterations") {
    const auto number = value.as_int();
    out.iterations = number.value_or(0);
    return number.has_value();
  }
  const std::string* text = value.as_string();
  if (name == "type" || name == "hash" || name == "key" || name == "salt") {
    if (text == nullptr) {
      return false;
    }
    if (name == "type") {
      type_name = *text;
    } else if (name == "hash") {
      out.hash = *text;
    } else if (name == "salt") {
      out.salt = *text;
    } else {
      out.key = *text;
    }
  }
  return true;
}

struct Pbkdf2Parts {
  std::vector<std::uint8_t> key;
  std::vector<std::uint8_t> salt;
  std::uint32_t iterations = 1;
};

ResultOr<Pbkdf2Parts> parse_pbkdf2(const Password& stored) {
  if (stored.hash != "sha-256") {
    return fail("\"hash\" must be \"sha-256\"");
  }
  auto key = hex_decode(stored.key.value_or(std::string()));
  // A key of no bytes would match every password.
  if (!key || key->empty() || key->size() > kMaxPbkdf2KeyBytes) {
    return fail("\"key\" must be 1 to " + std::to_string(kMaxPbkdf2KeyBytes) +
                " bytes in hexadecimal");
  }
  auto salt = hex_decode(stored.salt);
  if (!salt) {
    return fail("\"salt\" must be hexadecimal");
  }
  if (stored.iterations > kMaxPbkdf2Iterations) {
    return fail("\"iterations\" must not be above " + std::to_string(kMaxPbkdf2Iterations));
  }
  const std::int64_t iterations = std::max<std::int64_t>(stored.iterations, 1);
  return Pbkdf2Parts{std::move(*key), std::move(*salt), static_cast<std::uint32_t>(iterations)};
}

PasswordMatch match_pbkdf2(const Password& stored, std::string_view supplied) {
  const auto parts = parse_pbkdf2(stored);
  if (!parts) {
    return PasswordMatch::kError;
  }
  const auto derived =
      pbkdf2_hmac_sha256(supplied, parts->salt, parts->iterations, parts->key.size());
  if (!derived) {
    return PasswordMatch::kError;
  }
  const std::string_view want(reinterpret_cast<const char*>(parts->key.data()), parts->key.size());
  const std::string_view got(reinterpret_cast<const char*>(derived->data()), derived->size());
  return equal_in_constant_time(want, got) ? PasswordMatch::kMatch : PasswordMatch::kMismatch;
}

PasswordMatch match_argon2id(const Password& stored, std::string_view supplied) {
  switch (check_argon2id(stored.key.value_or(std::string()), supplied)) {
    case KeyCheck::kSame:
      return PasswordMatch::kMatch;
    case KeyCheck::kDifferent:
      return PasswordMatch::kMismatch;
    case KeyCheck::kNoResources:
      return PasswordMatch::kOverloaded;
    case KeyCheck::kMalformed:
      break;
  }
  return PasswordMatch::kError;
}

PasswordMatch match_bcrypt(const Password& stored, std::string_view supplied) {
  if (!stored.key) {
    return PasswordMatch::kError;
  }
  const auto parts = parse_bcrypt(*stored.key);
  if (!parts) {
    return PasswordMatch::kError;
  }
  // crypt() stops at the NUL and would let the beginning of the password in. It is computed all the
  // same, for the time that it takes.
  const bool has_nul = supplied.find('\0') != std::string_view::npos;
  const auto hash = bcrypt_hash(supplied, *parts);
  if (!hash) {
    return PasswordMatch::kError;
  }
  return equal_in_constant_time(parts->hash, *hash) && !has_nul ? PasswordMatch::kMatch
                                                                : PasswordMatch::kMismatch;
}

}  // namespace

ResultOr<Password> read_password(const JsonValue& value) {
  Password out;
  if (value.is_null()) {
    return out;
  }
  if (const std::string* text = value.as_string()) {
    out.type = Password::Type::kPlain;
    out.key = *text;
    return out;
  }
  const JsonObject* object = value.as_object();
  if (object == nullptr) {
    return fail("a password must be a string or an object, not " + std::string(value.type_name()));
  }
  std::string type_name;
  for (const JsonMember& member : *object) {
    if (!read_field(lower_ascii(member.key), member.value, out, type_name)) {
      return fail("password field \"" + member.key + "\" must not be " +
                  std::string(member.value.type_name()));
    }
  }
  out.type = type_from_name(type_name);
  if (out.type == Password::Type::kUnknown) {
    out.type_name = type_name;
  }
  return out;
}

JsonValue write_password(const Password& password) {
  if (password.type == Password::Type::kNone) {
    return {};
  }
  const bool bare = password.hash.empty() && password.salt.empty() && password.iterations == 0;
  if (password.type == Password::Type::kPlain && password.key && bare) {
    return *password.key;
  }
  JsonObject out;
  out.add("type", name_of(password));
  if (!password.hash.empty()) {
    out.add("hash", password.hash);
  }
  if (password.key) {
    out.add("key", *password.key);
  }
  if (!password.salt.empty()) {
    out.add("salt", password.salt);
  }
  if (password.iterations != 0) {
    out.add("iterations", password.iterations);
  }
  return out;
}

bool is_costly(const Password& password) {
  return password.type == Password::Type::kPbkdf2 || password.type == Password::Type::kBcrypt ||
         password.type == Password::Type::kArgon2id;
}

std::optional<std::string> password_problem(const Password& password) {
  const std::string key = password.key.value_or(std::string());
  switch (password.type) {
    case Password::Type::kNone:
      return password.key ? std::optional<std::string>(
                                "there is a \"key\" but no \"type\": add \"type\": \"plain\"")
                          : std::nullopt;
    case Password::Type::kPlain:
      return password.key ? std::nullopt : std::optional<std::string>("\"key\" is missing");
    case Password::Type::kWildcard:
      return std::nullopt;
    case Password::Type::kPbkdf2: {
      const auto parts = parse_pbkdf2(password);
      return parts ? std::nullopt : std::optional(parts.error().message);
    }
    case Password::Type::kBcrypt:
      return parse_bcrypt(key) ? std::nullopt
                               : std::optional<std::string>(
                                     "\"key\" must be a bcrypt string: $2b$, cost 04 to 31, $, 22 "
                                     "characters of salt and 31 of hash");
    case Password::Type::kArgon2id:
      return parse_argon2id(key) ? std::nullopt
                                 : std::optional<std::string>(
                                       "\"key\" must be an argon2 string: "
                                       "$argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH");
    case Password::Type::kUnknown:
      break;
  }
  return "unknown type \"" + password.type_name +
         "\": use plain, wildcard, pbkdf2, bcrypt or argon2id";
}

bool equal_in_constant_time(std::string_view stored, std::string_view supplied) {
  unsigned char difference = stored.size() == supplied.size() ? 0 : 1;
  for (std::size_t i = 0; i < supplied.size(); ++i) {
    const char expected = stored.empty() ? '\0' : stored[i % stored.size()];
    difference = static_cast<unsigned char>(difference | (expected ^ supplied[i]));
  }
  return difference == 0;
}

PasswordMatch match_password(const Password& stored, std::string_view supplied) {
  switch (stored.type) {
    case Password::Type::kNone:
      return PasswordMatch::kMismatch;
    case Password::Type::kWildcard:
      return PasswordMatch::kMatch;
    case Password::Type::kPlain:
      if (!stored.key) {
        return PasswordMatch::kError;
      }
      return equal_in_constant_time(*stored.key, supplied) ? PasswordMatch::kMatch
                                                           : PasswordMatch::kMismatch;
    case Password::Type::kPbkdf2:
      return match_pbkdf2(stored, supplied);
    case Password::Type::kBcrypt:
      return match_bcrypt(stored, supplied);
    case Password::Type::kArgon2id:
      return match_argon2id(stored, supplied);
    case Password::Type::kUnknown:
      break;
  }
  return PasswordMatch::kError;
}

}  // namespace halcyon::signald
