#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/result/result.h"

namespace halcyon::mediad {

/// A frame on a TCP connection is a datagram of media; longer ones are another protocol.
inline constexpr std::size_t kMaxStreamFrame = 2048;
inline constexpr std::size_t kStreamFrameHeader = 2;

enum class StreamFramingError { kTooLong };

/// Takes a byte stream apart into datagrams (RFC 4571 2: a length of 2 bytes, big endian, then that
/// many bytes).
class StreamFrameReader {
 public:
  /// Memory for the next read from the socket; follow with added(). Never empty.
  std::span<std::uint8_t> room();
  void added(std::size_t size) { end_ += size; }
  /// The next whole frame, nothing if it has not all arrived, or an error after which the stream is
  /// useless. Valid until the next room().
  Result<std::optional<std::span<std::uint8_t>>, StreamFramingError> next();

 private:
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(8 * kMaxStreamFrame);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace halcyon::mediad
