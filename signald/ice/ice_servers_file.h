#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signald/ice/ice_server.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxIceServersFile = 1u << 20;

/// An entry of data/ice-servers.json (http.md 14.1). With a secret, `server` lacks what must be
/// made anew from time to time.
struct IceServerEntry {
  IceServer server;
  std::string secret;  // not empty: credentialType was hmac-sha1
};

struct IceServersFile {
  std::vector<IceServerEntry> entries;
  /// What was left out and why, a sentence each.
  std::vector<std::string> problems;
};

/// Never fails: what is wrong is left out, because one bad entry would keep every client from
/// making a peer connection.
IceServersFile parse_ice_servers(std::string_view text);

/// What clients are told, with credentials made at `now`.
IceServer effective_server(const IceServerEntry& entry, WallTime now);

}  // namespace halcyon::signald
