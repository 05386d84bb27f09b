#include "signald/ws/frame_header.h"

#include <algorithm>

namespace halcyon::signald {
namespace {

constexpr unsigned kLength16 = 126;
constexpr unsigned kLength64 = 127;

std::size_t extended_length_size(unsigned length) {
  return length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
}

}  // namespace

std::size_t FrameWalker::header_needed() const {
  if (header_size_ < 2) return 2;
  const std::size_t mask = (header_[1] & 0x80) != 0 ? 4 : 0;
  return 2 + extended_length_size(header_[1] & 0x7f) + mask;
}

FrameHeader FrameWalker::decode() const {
  FrameHeader out;
  out.fin = (header_[0] & 0x80) != 0;
  out.reserved = (header_[0] >> 4) & 7u;
  out.opcode = header_[0] & 15u;
  out.masked = (header_[1] & 0x80) != 0;
  const unsigned length = header_[1] & 0x7fu;
  const std::size_t extended = extended_length_size(length);
  if (extended == 0) {
    out.length = length;
    return out;
  }
  for (std::size_t i = 0; i < extended; ++i) out.length = out.length << 8 | header_[2 + i];
  out.length_is_minimal = out.length > (extended == 2 ? 125u : 0xffffu);
  return out;
}

std::optional<FrameHeader> FrameWalker::advance(std::string_view& bytes) {
  const auto skipped =
      static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
  payload_left_ -= skipped;
  bytes.remove_prefix(skipped);
  while (!bytes.empty()) {
    header_[header_size_++] = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (header_size_ < header_needed()) continue;
    const FrameHeader header = decode();
    header_size_ = 0;
    payload_left_ = header.length;
    return header;
  }
  return std::nullopt;
}

}  // namespace halcyon::signald
