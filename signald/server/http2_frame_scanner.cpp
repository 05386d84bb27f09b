#include "signald/server/http2_frame_scanner.h"

#include <algorithm>

namespace halcyon::signald {
namespace {

// RFC 9113 6.
constexpr std::uint8_t kData = 0;
constexpr std::uint8_t kHeaders = 1;
constexpr std::uint8_t kPriority = 2;
constexpr std::uint8_t kResetStream = 3;
constexpr std::uint8_t kSettings = 4;
constexpr std::uint8_t kPing = 6;
constexpr std::uint8_t kContinuation = 9;
// Of those left out. No client that we know leaves out any, so that the rest may be forgotten.
constexpr std::size_t kMaxLeftOut = 16;
constexpr std::uint8_t kEndStream = 0x1;
constexpr std::uint8_t kAck = 0x1;
constexpr std::uint8_t kEndHeaders = 0x4;
constexpr std::uint8_t kPadded = 0x8;
// With its length in front (RFC 9113 6.1).
constexpr std::size_t kMostPadding = 256;

bool is_chore(std::uint8_t type, std::uint8_t flags, std::size_t length) {
  switch (type) {
    case kPriority:
    case kResetStream:
      return true;
    case kSettings:
    case kPing:
      return (flags & kAck) == 0;
    case kData:
      return length <= ((flags & kPadded) != 0 ? kMostPadding : 0) && (flags & kEndStream) == 0;
    case kContinuation:
      return length == 0;
    default:
      return type > kContinuation;
  }
}

}  // namespace

std::size_t Http2FrameScanner::scan(std::string_view bytes) {
  const std::size_t preface = std::min(preface_, bytes.size());
  preface_ -= preface;
  bytes.remove_prefix(preface);
  std::size_t chores = 0;
  while (!bytes.empty()) {
    if (payload_ > 0) {
      const std::size_t passed = std::min(payload_, bytes.size());
      payload_ -= passed;
      bytes.remove_prefix(passed);
      continue;
    }
    const std::size_t taken = std::min(header_.size() - header_size_, bytes.size());
    std::copy_n(bytes.begin(), taken, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
    header_size_ += taken;
    bytes.remove_prefix(taken);
    if (header_size_ == header_.size()) chores += begin_frame();
  }
  return chores;
}

std::size_t Http2FrameScanner::begin_frame() {
  header_size_ = 0;
  payload_ = (std::size_t{header_[0]} << 16) | (std::size_t{header_[1]} << 8) | header_[2];
  const std::uint8_t type = header_[3];
  const std::uint8_t flags = header_[4];
  if (type != kContinuation) ++begun_;
  const std::uint32_t stream = (std::uint32_t{header_[5] & 0x7fu} << 24) |
                               (std::uint32_t{header_[6]} << 16) |
                               (std::uint32_t{header_[7]} << 8) | header_[8];
  violated_ =
      violated_ || (type == kPriority && stream == 0) || (type == kHeaders && is_left_out(stream));
  in_data_ = type == kData;
  in_head_ = (type == kHeaders || type == kContinuation) && (flags & kEndHeaders) == 0;
  return is_chore(type, flags, payload_) ? 1 : 0;
}

bool Http2FrameScanner::is_left_out(std::uint32_t stream) {
  if (stream > highest_) {
    if (stream > highest_ + 2 && left_out_.size() < kMaxLeftOut) {
      left_out_.emplace_back(highest_ + 1, stream - 1);
    }
    highest_ = stream;
    return false;
  }
  return std::any_of(left_out_.begin(), left_out_.end(), [stream](const auto& range) {
    return range.first <= stream && stream <= range.second;
  });
}

bool Http2FrameScanner::unfinished() const {
  return preface_ > 0 || header_size_ > 0 || in_head_ || (payload_ > 0 && !in_data_);
}

}  // namespace halcyon::signald
