#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace halcyon {

/// Reads big-endian numbers from a buffer and never beyond it. After the first read past the end
/// every read gives zero and ok() is false, so a parser may read a whole structure and ask once.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return ok_ ? bytes_.size() - position_ : 0; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u48() { return number(6); }
  std::uint64_t u64() { return number(8); }

  /// The next n bytes; empty when there are fewer. Borrows from the buffer given to the
  /// constructor.
  std::span<const std::uint8_t> bytes(std::size_t n) {
    if (!take(n)) return {};
    return bytes_.subspan(position_ - n, n);
  }
  std::span<const std::uint8_t> rest() { return bytes(remaining()); }
  void skip(std::size_t n) { take(n); }

 private:
  bool take(std::size_t n) {
    if (!ok_ || bytes_.size() - position_ < n) {
      ok_ = false;
      return false;
    }
    position_ += n;
    return true;
  }
  std::uint64_t number(std::size_t n) {
    if (!take(n)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = position_ - n; i < position_; ++i) value = value << 8 | bytes_[i];
    return value;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace halcyon
