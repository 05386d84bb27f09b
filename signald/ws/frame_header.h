#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace halcyon::signald {

/// What stands in front of a frame's payload (RFC 6455 5.2).
struct FrameHeader {
  bool fin = false;
  unsigned reserved = 0;  // RSV1 to RSV3
  unsigned opcode = 0;
  bool masked = false;
  std::uint64_t length = 0;  // of the payload, bytes
  bool length_is_minimal = true;

  bool is_control() const { return (opcode & 8) != 0; }
};

namespace opcode {
inline constexpr unsigned kContinuation = 0;
inline constexpr unsigned kText = 1;
inline constexpr unsigned kBinary = 2;
inline constexpr unsigned kClose = 8;
inline constexpr unsigned kPing = 9;
inline constexpr unsigned kPong = 10;
}  // namespace opcode

/// Walks along a stream of frames from header to header.
class FrameWalker {
 public:
  /// Takes bytes from the front of `bytes` until a header is complete, and returns that; nothing
  /// when all bytes are taken.
  std::optional<FrameHeader> advance(std::string_view& bytes);
  /// Between two frames.
  bool at_boundary() const { return header_size_ == 0 && payload_left_ == 0; }

 private:
  static constexpr std::size_t kMaxHeader = 14;

  std::size_t header_needed() const;
  FrameHeader decode() const;

  std::array<std::uint8_t, kMaxHeader> header_{};
  std::size_t header_size_ = 0;  // bytes of a header that is not complete
  std::uint64_t payload_left_ = 0;
};

}  // namespace halcyon::signald
