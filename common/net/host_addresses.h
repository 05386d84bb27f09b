#pragma once

#include <vector>

#include "common/net/socket_address.h"

namespace halcyon {

/// More interfaces than this are containers' business: each candidate costs every client a check.
inline constexpr std::size_t kMaxHostAddresses = 16;

/// The addresses under which clients can reach this host, port 0: those of all interfaces that are
/// up but loopback and IPv6 link-local ones; 127.0.0.1 on a host that has no other. Without IPv6
/// only the IPv4 ones.
std::vector<SocketAddress> host_addresses(bool with_v6);

}  // namespace halcyon
