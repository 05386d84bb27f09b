#include "signald/auth/password.h"

#include <utility>

#include "common/encoding/hex.h"
#include "signald/auth/key_derivation.h"
#include "signald/json/ascii_case.h"

namespace halcyon::signald {

namespace {

Password::Type type_from_name(std::string_view name) {
  if (name.empty()) {
    return Password::Type::kNone;
  }
  if (name == "plain") {
    return Password::Type::kPlain;
  }
  if (name == "wildcard") {
    return Password::Type::kWildcard;
  }
  if (name == "pbkdf2") {
    return Password::Type::kPbkdf2;
  }
  return name == "bcrypt" ? Password::Type::kBcrypt : Password::Type::kUnknown;
}

std::string name_of(const Password& password) {
  switch (password.type) {
    case Password::Type::kPlain:
      return "plain";
    case Password::Type::kWildcard:
      return "wildcard";
    case Password::Type::kPbkdf2:
      return "pbkdf2";
    case Password::Type::kBcrypt:
      return "bcrypt";
    case Password::Type::kNone:
    case Password::Type::kUnknown:
      break;
  }
  return password.type_name;
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

PasswordMatch match_pbkdf2(const Password& stored, std::string_view supplied) {
  if (stored.hash != "sha-256" || !stored.key || stored.iterations > kMaxPbkdf2Iterations) {
    return PasswordMatch::kError;
  }
  const auto key = hex_decode(*stored.key);
  const auto salt = hex_decode(stored.salt);
  // A key of no bytes would match every password.
  if (!key || key->empty() || key->size() > kMaxPbkdf2KeyBytes || !salt) {
    return PasswordMatch::kError;
  }
  const auto iterations = static_cast<std::uint32_t>(stored.iterations < 1 ? 1 : stored.iterations);
  const auto derived = pbkdf2_hmac_sha256(supplied, *salt, iterations, key->size());
  if (!derived) {
    return PasswordMatch::kError;
  }
  const std::string_view want(reinterpret_cast<const char*>(key->data()), key->size());
  const std::string_view got(reinterpret_cast<const char*>(derived->data()), derived->size());
  return equal_in_constant_time(want, got) ? PasswordMatch::kMatch : PasswordMatch::kMismatch;
}

PasswordMatch match_bcrypt(const Password& stored, std::string_view supplied) {
  if (!stored.key) {
    return PasswordMatch::kError;
  }
  const auto parts = parse_bcrypt(*stored.key);
  if (!parts) {
    return PasswordMatch::kError;
  }
  // crypt() would stop at the NUL and let the beginning of the password in.
  if (supplied.find('\0') != std::string_view::npos) {
    return PasswordMatch::kMismatch;
  }
  const auto hash = bcrypt_hash(supplied, *parts);
  if (!hash) {
    return PasswordMatch::kError;
  }
  return equal_in_constant_time(parts->hash, *hash) ? PasswordMatch::kMatch
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
  return password.type == Password::Type::kPbkdf2 || password.type == Password::Type::kBcrypt;
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
    case Password::Type::kUnknown:
      break;
  }
  return PasswordMatch::kError;
}

}  // namespace halcyon::signald
