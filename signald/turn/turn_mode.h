#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result/error.h"

namespace halcyon::signald {

/// The port of mode auto (http.md 15.1).
inline constexpr std::uint16_t kDefaultTurnPort = 1194;

/// Whether and where our own TURN server runs, as -turn says it.
struct TurnMode {
  enum class Kind {
    kOff,   // ""
    kAuto,  // while there is no data/ice-servers.json
    kOn,
  };
  Kind kind = Kind::kAuto;
  /// The address to announce, or its name; empty: the public addresses of this host.
  std::string host;
  std::uint16_t port = kDefaultTurnPort;
  bool operator==(const TurnMode&) const = default;
};

/// "", "auto", ":PORT", "IP:PORT" or "NAME:PORT".
ResultOr<TurnMode> parse_turn_mode(std::string_view text);

}  // namespace halcyon::signald
