#include "signald/ws/close_reason.h"

namespace halcyon::signald {

std::string_view fitting_close_reason(std::string_view reason) {
  if (reason.size() <= kMaxCloseReason) return reason;
  std::size_t end = kMaxCloseReason;
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(reason[i]) & 0xc0) == 0x80;
  };
  while (end > 0 && continues(end)) --end;
  return reason.substr(0, end);
}

bool is_valid_close_payload(std::string_view payload) {
  if (payload.empty()) return true;
  if (payload.size() < 2) return false;
  const unsigned code =
      static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
  const bool reserved = code == 1004 || code == 1005 || code == 1006;
  return (code >= 1000 && code <= 1014 && !reserved) || (code >= 3000 && code <= 4999);
}

}  // namespace halcyon::signald
