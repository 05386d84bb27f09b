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

}  // namespace halcyon::signald
