#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/units/time.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// For how long credentials made from a shared secret are good (http.md 14.2).
inline constexpr TimeDelta kTurnCredentialLifetime = TimeDelta::seconds(86400);

/// A STUN or TURN server as clients are told of it (RTCIceServer).
struct IceServer {
  std::vector<std::string> urls;
  std::string username;                      // empty: none
  JsonValue credential;                      // null: none; a string, with "oauth" perhaps an object
  std::string credential_type = "password";  // or "oauth"

  bool operator==(const IceServer&) const = default;
};

/// The dictionary that RTCPeerConnection takes.
JsonObject to_json(const IceServer& server);

/// Time-limited credentials of a TURN server that shares `secret` with us
/// (draft-uberti-behave-turn-rest 2.2): the name carries the time of expiry, the password proves
/// that we made it.
struct TurnCredentials {
  std::string username;
  std::string password;
};
/// `user` may be empty.
TurnCredentials make_turn_credentials(std::string_view secret, std::string_view user, WallTime now);

}  // namespace halcyon::signald
