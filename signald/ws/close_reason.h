#pragma once

#include <cstddef>
#include <string_view>

namespace halcyon::signald {

/// Whether the payload of a peer's close frame is one it may send (RFC 6455 5.5.1 and 7.4): empty,
/// or a code that is not reserved and a reason.
bool is_valid_close_payload(std::string_view payload);

/// A control frame has 125 bytes of payload, two of them for the code (RFC 6455 5.5).
inline constexpr std::size_t kMaxCloseReason = 123;

/// The reason as far as it fits, cut before a character rather than within one.
std::string_view fitting_close_reason(std::string_view reason);

}  // namespace halcyon::signald
