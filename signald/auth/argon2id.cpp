#include <argon2.h>

#include <charconv>

#include "signald/auth/key_derivation.h"

namespace halcyon::signald {

namespace {

/// Takes `name`, a number and `end` off the front of the text.
std::optional<std::uint32_t> take_number(std::string_view& text, std::string_view name, char end) {
  if (!text.starts_with(name)) {
    return std::nullopt;
  }
  text.remove_prefix(name.size());
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest == text.data() + text.size() || *rest != end) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()) + 1);
  return number;
}

bool is_unpadded_base64(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
                              "xyz0123456789+/") == std::string_view::npos;
}

}  // namespace

std::optional<Argon2Cost> parse_argon2id(std::string_view text) {
  constexpr std::string_view kPrefix = "$argon2id$v=19$";
  if (!text.starts_with(kPrefix)) {
    return std::nullopt;
  }
  text.remove_prefix(kPrefix.size());
  const auto memory = take_number(text, "m=", ',');
  const auto passes = take_number(text, "t=", ',');
  const auto lanes = take_number(text, "p=", '$');
  if (!memory || !passes || !lanes) {
    return std::nullopt;
  }
  const std::size_t dollar = text.find('$');
  if (dollar == std::string_view::npos || !is_unpadded_base64(text.substr(0, dollar)) ||
      !is_unpadded_base64(text.substr(dollar + 1))) {
    return std::nullopt;
  }
  const bool sensible = *passes >= 1 && *passes <= kMaxArgon2Passes && *lanes >= 1 &&
                        *lanes <= kMaxArgon2Lanes && *memory >= 8 * *lanes &&
                        *memory <= kMaxArgon2MemoryKib;
  return sensible ? std::optional(Argon2Cost{*memory, *passes, *lanes}) : std::nullopt;
}

std::optional<std::string> argon2id_hash(std::string_view password,
                                         std::span<const std::uint8_t> salt,
                                         const Argon2Cost& cost) {
  constexpr std::uint32_t kHashBytes = 32;
  std::string out(argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes,
                                    static_cast<std::uint32_t>(salt.size()), kHashBytes, Argon2_id),
                  '\0');
  const int result = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes,
                                           password.data(), password.size(), salt.data(),
                                           salt.size(), kHashBytes, out.data(), out.size());
  if (result != ARGON2_OK) {
    return std::nullopt;
  }
  out.resize(out.find('\0'));
  return out;
}

KeyCheck check_argon2id(const std::string& encoded, std::string_view password) {
  if (!parse_argon2id(encoded)) {
    return KeyCheck::kMalformed;
  }
  // The library compares in constant time.
  switch (argon2id_verify(encoded.c_str(), password.data(), password.size())) {
    case ARGON2_OK:
      return KeyCheck::kSame;
    case ARGON2_VERIFY_MISMATCH:
      return KeyCheck::kDifferent;
    case ARGON2_MEMORY_ALLOCATION_ERROR:
    case ARGON2_THREAD_FAIL:
      return KeyCheck::kNoResources;
    default:
      return KeyCheck::kMalformed;
  }
}

}  // namespace halcyon::signald
