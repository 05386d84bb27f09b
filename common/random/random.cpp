#include "common/random/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <vector>

#include "common/check/check.h"
#include "common/encoding/base64.h"
#include "common/encoding/hex.h"

namespace halcyon {

std::uint32_t RandomSource::u32() { return static_cast<std::uint32_t>(u64()); }

std::uint64_t RandomSource::u64() {
  std::array<std::uint8_t, 8> bytes{};
  fill(bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t b : bytes) value = value << 8 | b;
  return value;
}

std::string RandomSource::base64url(std::size_t byte_count) {
  std::vector<std::uint8_t> bytes(byte_count);
  fill(bytes);
  return base64url_encode(bytes);
}

std::string RandomSource::hex(std::size_t byte_count) {
  std::vector<std::uint8_t> bytes(byte_count);
  fill(bytes);
  return hex_encode(bytes);
}

std::string RandomSource::ice_chars(std::size_t count) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes(count);
  fill(bytes);
  std::string text;
  text.reserve(count);
  for (const std::uint8_t b : bytes) text.push_back(kAlphabet[b & 63]);
  return text;
}

void SecureRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0) {
      check(errno == EINTR);
      continue;
    }
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& b : out) b = static_cast<std::uint8_t>(engine_());
}

}  // namespace halcyon
