#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/socket_address.h"

namespace halcyon {

/// A block of IPv4 or IPv6 addresses (RFC 4632, RFC 4291 2.3); a value.
class AddressRange {
 public:
  /// "192.0.2.0/24", "2001:db8::/32", or one address alone. Bits beyond the prefix do not matter. A
  /// prefix of mapped addresses, "::ffff:192.0.2.0/120", is one of IPv4 (RFC 4291 2.5.5.2).
  static std::optional<AddressRange> parse(std::string_view text);

  /// The port does not matter; an empty address is in no range.
  bool contains(const SocketAddress& address) const;
  /// Without port.
  SocketAddress first() const;
  SocketAddress last() const;

 private:
  AddressRange(const SocketAddress& address, unsigned prefix_bits);

  bool is_v4_ = true;
  unsigned prefix_bits_ = 0;
  std::array<std::uint8_t, 16> bytes_{};  // an IPv4 address has the first four
};

}  // namespace halcyon
