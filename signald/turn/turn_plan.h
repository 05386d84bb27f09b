#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/net/socket_address.h"
#include "common/result/error.h"

namespace halcyon::signald {

/// Global unicast and not set aside for private networks (http.md 15.1); IPv4 only.
bool is_public_v4(const SocketAddress& address);

/// Where the TURN server listens and what it announces. All addresses are IPv4, with port 0.
struct TurnPlan {
  std::uint16_t port = 0;  // UDP and TCP
  std::vector<SocketAddress> listening;
  std::vector<SocketAddress> announced;  // in the clients' configuration
  std::vector<SocketAddress> relays;     // relayed transport addresses are of these
  /// Behind NAT: what relayed addresses are announced as, in place of the only one of `relays`.
  std::optional<SocketAddress> external;
};

/// `announced`: the address that -turn names, none for all public ones. `host`: all of this host.
/// The error says what is missing.
ResultOr<TurnPlan> plan_turn(std::uint16_t port, const std::optional<SocketAddress>& announced,
                             const std::vector<SocketAddress>& host);

/// Takes out an address on which nothing can listen. Nothing is left of `listening` when there is
/// no use in starting.
void leave_out(TurnPlan& plan, const SocketAddress& address);

/// For the clients' configuration: UDP and TCP for each address.
std::vector<std::string> turn_urls(const TurnPlan& plan);

/// Addresses within ranges that are otherwise closed, to which packets may be relayed all the same:
/// those under which the media workers and the relay itself are reached. `announce` stands for the
/// host's own, as it does in candidates.
std::vector<SocketAddress> allowed_peers(const TurnPlan& plan,
                                         const std::vector<SocketAddress>& announce,
                                         const std::vector<SocketAddress>& host);

}  // namespace halcyon::signald
