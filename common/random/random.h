#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace halcyon {

/// Where random bytes come from; passed to whoever needs them, so that tests can repeat themselves.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint32_t u32();
  std::uint64_t u64();
  /// Random bytes as unpadded base64url text.
  std::string base64url(std::size_t byte_count);
  /// Random bytes as lower-case hexadecimal text.
  std::string hex(std::size_t byte_count);
  /// ICE characters (RFC 8839 5.4: ALPHA / DIGIT / "+" / "/"), for ufrag and pwd.
  std::string ice_chars(std::size_t count);
};

/// The kernel's generator, for keys, tokens, passwords and everything else outside tests.
class SecureRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

/// Repeatable; tests only.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace halcyon
