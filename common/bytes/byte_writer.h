#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace halcyon {

/// Writes big-endian numbers into a caller's buffer and never beyond it. A write that does not fit
/// writes nothing and makes ok() false for good.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::uint8_t> buffer) : buffer_(buffer) {}

  bool ok() const { return ok_; }
  std::size_t size() const { return position_; }
  std::size_t remaining() const { return buffer_.size() - position_; }
  std::span<std::uint8_t> written() const { return buffer_.first(position_); }

  void u8(std::uint8_t v) { number(v, 1); }
  void u16(std::uint16_t v) { number(v, 2); }
  void u24(std::uint32_t v) { number(v, 3); }
  void u32(std::uint32_t v) { number(v, 4); }
  void u64(std::uint64_t v) { number(v, 8); }
  void bytes(std::span<const std::uint8_t> data) {
    if (!room(data.size())) return;
    std::copy(data.begin(), data.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(position_));
    position_ += data.size();
  }
  /// Overwrites two bytes written earlier, for lengths known only at the end. `at` + 2 must have
  /// been written.
  void patch_u16(std::size_t at, std::uint16_t v) {
    if (at + 2 > position_) {
      ok_ = false;
      return;
    }
    buffer_[at] = static_cast<std::uint8_t>(v >> 8);
    buffer_[at + 1] = static_cast<std::uint8_t>(v);
  }

 private:
  bool room(std::size_t n) {
    if (!ok_ || buffer_.size() - position_ < n) {
      ok_ = false;
      return false;
    }
    return true;
  }
  void number(std::uint64_t v, std::size_t n) {
    if (!room(n)) return;
    for (std::size_t i = 0; i < n; ++i) {
      buffer_[position_ + i] = static_cast<std::uint8_t>(v >> (8 * (n - 1 - i)));
    }
    position_ += n;
  }

  std::span<std::uint8_t> buffer_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace halcyon
