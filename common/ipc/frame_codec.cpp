#include "common/ipc/frame_codec.h"

#include "common/bytes/byte_reader.h"
#include "common/check/check.h"

namespace halcyon {
namespace {

constexpr std::size_t kLengthBytes = 4;

}  // namespace

void FrameReader::append(std::span<const std::uint8_t> bytes) {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<std::string_view>, FrameError> FrameReader::next() {
  ByteReader reader{std::span<const std::uint8_t>(buffer_).subspan(consumed_)};
  const std::uint32_t length = reader.u32();
  if (!reader.ok()) return std::nullopt;
  if (length > kMaxIpcFrame) return unexpected(FrameError::kTooLong);
  const auto payload = reader.bytes(length);
  if (!reader.ok()) return std::nullopt;
  consumed_ += kLengthBytes + length;
  return std::string_view(reinterpret_cast<const char*>(payload.data()), payload.size());
}

std::string encode_frame(std::string_view payload) {
  check(payload.size() <= kMaxIpcFrame);
  const auto n = static_cast<std::uint32_t>(payload.size());
  std::string frame;
  frame.reserve(kLengthBytes + payload.size());
  for (int shift = 24; shift >= 0; shift -= 8) frame.push_back(static_cast<char>(n >> shift));
  frame.append(payload);
  return frame;
}

}  // namespace halcyon
