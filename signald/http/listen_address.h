#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result/error.h"

namespace halcyon::signald {

/// Where to listen, as -http says it.
struct ListenAddress {
  std::string unix_path;  // not empty: a Unix stream socket, and the rest does not matter
  std::string
      host;  // empty: every address, IPv4 and IPv6; else a name or an address without brackets
  std::uint16_t port = 0;

  std::string to_string() const;
};

/// ":8443", "host:port", "[2001:db8::1]:8443" or "/run/socket".
ResultOr<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace halcyon::signald
