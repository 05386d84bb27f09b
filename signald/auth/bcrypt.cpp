#include <crypt.h>

#include <algorithm>
#include <memory>

#include "signald/auth/key_derivation.h"

namespace halcyon::signald {

namespace {

constexpr std::size_t kSaltLength = 22;
constexpr std::size_t kHashLength = 31;

bool is_bcrypt_character(char c) {
  return c == '.' || c == '/' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<BcryptParts> parse_bcrypt(std::string_view text) {
  if (!text.starts_with("$2")) {
    return std::nullopt;
  }
  text.remove_prefix(2);
  if (!text.empty() && std::string_view("abxy").find(text.front()) != std::string_view::npos) {
    text.remove_prefix(1);
  }
  if (text.size() < 4 + kSaltLength + kHashLength || text[0] != '$' || !is_digit(text[1]) ||
      !is_digit(text[2]) || text[3] != '$') {
    return std::nullopt;
  }
  BcryptParts parts;
  parts.cost = (text[1] - '0') * 10 + (text[2] - '0');
  parts.salt = text.substr(4, kSaltLength);
  parts.hash = text.substr(4 + kSaltLength, kHashLength);
  const bool characters_ok =
      std::all_of(parts.salt.begin(), parts.salt.end(), is_bcrypt_character) &&
      std::all_of(parts.hash.begin(), parts.hash.end(), is_bcrypt_character);
  if (parts.cost < 4 || parts.cost > 31 || !characters_ok) {
    return std::nullopt;
  }
  return parts;
}

std::optional<std::string> bcrypt_hash(std::string_view password, const BcryptParts& parts) {
  const std::string phrase(password.substr(0, kBcryptPasswordBytes));
  std::string setting = "$2b$";
  setting += static_cast<char>('0' + parts.cost / 10);
  setting += static_cast<char>('0' + parts.cost % 10);
  setting += '$';
  setting += parts.salt;
  // 32 KiB: too much for the stack of a small thread.
  const auto scratch = std::make_unique<crypt_data>();
  // Not crypt_r(): AddressSanitizer replaces that one, and calls nothing when libcrypt is loaded by
  // it alone.
  const char* result = crypt_rn(phrase.c_str(), setting.c_str(), scratch.get(), sizeof(crypt_data));
  const std::string_view text = result == nullptr ? std::string_view() : result;
  if (text.size() != setting.size() + kHashLength || !text.starts_with("$2b$")) {
    return std::nullopt;
  }
  return std::string(text.substr(setting.size()));
}

}  // namespace halcyon::signald
