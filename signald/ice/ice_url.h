#pragma once

#include <string_view>

#include "common/result/error.h"

namespace halcyon::signald {

enum class IceScheme { kStun, kStuns, kTurn, kTurns };

/// Checks a STUN (RFC 7064 3.1) or TURN (RFC 7065 3.1) URL as browsers do: one that they refuse
/// would keep every peer connection of a client from being made. The error is a sentence that
/// quotes the URL.
ResultOr<IceScheme> check_ice_url(std::string_view url);

inline bool is_turn(IceScheme scheme) {
  return scheme == IceScheme::kTurn || scheme == IceScheme::kTurns;
}

}  // namespace halcyon::signald
