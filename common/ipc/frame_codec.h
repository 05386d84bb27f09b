#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace halcyon {

/// Largest message on the channel. A Statistics message of a full worker (10,000 tracks of about
/// 100 bytes) fits four times.
inline constexpr std::size_t kMaxIpcFrame = 4u << 20;

enum class FrameError { kTooLong };

/// Takes a byte stream apart into frames: a length of 4 bytes, big endian, then that many bytes.
class FrameReader {
 public:
  /// Adds bytes as they came from the socket, in any portions.
  void append(std::span<const std::uint8_t> bytes);
  /// The next whole frame, nothing if it has not all arrived, or an error after which the stream is
  /// useless. The view borrows from the reader until the next call of append() or next().
  Result<std::optional<std::string_view>, FrameError> next();

 private:
  std::vector<std::uint8_t> buffer_;
  std::size_t consumed_ = 0;
};

/// Payload with its length in front. The payload must not be longer than kMaxIpcFrame.
std::string encode_frame(std::string_view payload);

}  // namespace halcyon
