#pragma once

#include <cstddef>

#include "common/units/time.h"

namespace halcyon::signald {

/// What a request's head may have in all, else 431; a browser with every cookie and token we know
/// of sends 4 KiB.
inline constexpr std::size_t kMaxHead = 16u << 10;
/// Largest body any handler accepts, else 413.
inline constexpr std::size_t kMaxRequestBody = 10u << 20;
/// A body nobody wants is read and thrown away up to here, so that the connection can go on.
inline constexpr std::size_t kMaxIgnoredBody = 64u << 10;
/// Between two pieces of a body, either way.
inline constexpr TimeDelta kProgressTime = TimeDelta::seconds(30);

/// Limits that depend on the installation, each with a flag of its name.
struct ConnectionLimits {
  /// All connections together, WebSockets included. An idle WebSocket costs about 24 KiB with TLS,
  /// an idle HTTP/2 connection 38 KiB: this is a gigabyte.
  std::size_t connections = 32'768;
  /// A school behind one address is fine, a flood is not. Loopback, Unix sockets and trusted
  /// proxies are not counted by address.
  std::size_t connections_per_address = 2'048;
  /// From the first byte of the TLS handshake or the request to the end of the head (slow-loris).
  int header_seconds = 60;
  /// A connection that waits for its next request.
  int idle_seconds = 120;
};

}  // namespace halcyon::signald
