#include "mediad/net/stream_framing.h"

#include <algorithm>

namespace halcyon::mediad {

std::span<std::uint8_t> StreamFrameReader::room() {
  // What is left after next() is less than one frame.
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  return std::span(buffer_).subspan(end_);
}

Result<std::optional<std::span<std::uint8_t>>, StreamFramingError> StreamFrameReader::next() {
  const auto waiting = std::span(buffer_).subspan(begin_, end_ - begin_);
  if (waiting.size() < kStreamFrameHeader) return std::nullopt;
  const std::size_t size = static_cast<std::size_t>(waiting[0]) << 8 | waiting[1];
  if (size > kMaxStreamFrame) return unexpected(StreamFramingError::kTooLong);
  if (waiting.size() < kStreamFrameHeader + size) return std::nullopt;
  begin_ += kStreamFrameHeader + size;
  return waiting.subspan(kStreamFrameHeader, size);
}

}  // namespace halcyon::mediad
