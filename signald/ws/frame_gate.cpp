#include "signald/ws/frame_gate.h"

namespace halcyon::signald {
namespace {

/// RFC 6455 5.5.
constexpr std::uint64_t kMaxControlPayload = 125;

bool is_known(unsigned code) {
  return code <= opcode::kBinary || (code >= opcode::kClose && code <= opcode::kPong);
}

}  // namespace

bool FrameGate::admit(std::string_view bytes) {
  while (const auto header = walker_.advance(bytes)) {
    if (!admit_frame(*header)) return false;
  }
  return true;
}

bool FrameGate::admit_frame(const FrameHeader& header) {
  // No extension is agreed on that could give the reserved bits a meaning.
  if (!header.masked || header.reserved != 0 || !is_known(header.opcode)) return false;
  if (!header.length_is_minimal || header.length >> 63 != 0) return false;
  if (header.is_control()) return header.fin && header.length <= kMaxControlPayload;
  if ((header.opcode == opcode::kContinuation) != in_message_) return false;
  in_message_ = !header.fin;
  return true;
}

}  // namespace halcyon::signald
