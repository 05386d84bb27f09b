#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace halcyon::mediad {

/// RFC 8489 6.1: what an IPv6 path carries for certain. Checks of browsers are near 120 bytes.
inline constexpr std::size_t kMaxStunMessageSize = 1280;
inline constexpr std::size_t kStunHeaderSize = 20;

inline constexpr std::uint16_t kStunBindingRequest = 0x0001;
inline constexpr std::uint16_t kStunBindingSuccess = 0x0101;
inline constexpr std::uint16_t kStunBindingError = 0x0111;

/// Where the parts of a STUN message (RFC 8489 5) are; none of them is believed yet. Borrows from
/// the datagram. Of attributes that occur twice the first counts, and those behind
/// MESSAGE-INTEGRITY do not (RFC 8489 14.5).
struct StunLayout {
  std::uint16_t type = 0;
  std::optional<std::string_view> username;
  bool has_integrity = false;
  bool has_priority = false;
  bool controlling = false;
  bool controlled = false;
  bool use_candidate = false;
};

/// Nullopt unless the datagram is exactly one STUN message of at most kMaxStunMessageSize with the
/// magic cookie, whole attributes, lengths as the RFCs fix them, and FINGERPRINT (its value
/// unchecked) at the end, as ICE requires (RFC 8445 7.1).
std::optional<StunLayout> read_stun_layout(std::span<const std::uint8_t> datagram);

}  // namespace halcyon::mediad
