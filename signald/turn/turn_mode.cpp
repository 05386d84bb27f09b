#include "signald/turn/turn_mode.h"

#include <charconv>

#include "common/net/socket_address.h"

namespace halcyon::signald {

ResultOr<TurnMode> parse_turn_mode(std::string_view text) {
  if (text.empty()) return TurnMode{TurnMode::Kind::kOff};
  if (text == "auto") return TurnMode{TurnMode::Kind::kAuto};
  const auto malformed = [&](std::string_view why) {
    return fail("\"" + std::string(text) + "\" " + std::string(why) +
                ": write auto, :PORT, IP:PORT, or nothing at all for no TURN server");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed("has no port");
  TurnMode mode{TurnMode::Kind::kOn};
  mode.host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), mode.port);
  if (error != std::errc() || end != port.data() + port.size() || mode.port == 0) {
    return malformed("has a bad port");
  }
  if (mode.host.find_first_of("[]:/") != std::string::npos) {
    return malformed("is no IPv4 address with a port");
  }
  if (mode.host == "0.0.0.0") mode.host.clear();
  return mode;
}

}  // namespace halcyon::signald
