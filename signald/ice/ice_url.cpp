#include "signald/ice/ice_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "common/net/socket_address.h"
#include "signald/json/ascii_case.h"

namespace halcyon::signald {
namespace {

std::optional<IceScheme> scheme_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, IceScheme>, 4> kSchemes = {{
      {"stun", IceScheme::kStun},
      {"stuns", IceScheme::kStuns},
      {"turn", IceScheme::kTurn},
      {"turns", IceScheme::kTurns},
  }};
  const std::string lower = lower_ascii(name);
  for (const auto& [text, scheme] : kSchemes) {
    if (lower == text) return scheme;
  }
  return std::nullopt;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

/// "host", "host:port", "[v6]" or "[v6]:port".
bool is_host_and_port(std::string_view text) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    const auto address = SocketAddress::parse(text.substr(1, end - 1), 0);
    if (!address || !address->is_v6()) return false;
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view host = text.substr(0, colon);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_name_character)) return false;
    rest = text.substr(colon);
  }
  return rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)));
}

}  // namespace

ResultOr<IceScheme> check_ice_url(std::string_view url) {
  const auto refused = [&](std::string_view why) {
    return fail("\"" + std::string(url) + "\" " + std::string(why));
  };
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos) return refused("is no URL of an ICE server");
  const auto scheme = scheme_of(url.substr(0, colon));
  if (!scheme) return refused("begins with none of stun:, stuns:, turn:, turns:");
  std::string_view rest = url.substr(colon + 1);
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    const std::string query = lower_ascii(rest.substr(question + 1));
    if (!is_turn(*scheme)) return refused("has a query, which a STUN URL must not");
    if (query != "transport=udp" && query != "transport=tcp") {
      return refused("has another query than transport=udp or transport=tcp");
    }
    rest = rest.substr(0, question);
  }
  if (!is_host_and_port(rest)) return refused("names no host, or a bad port");
  return *scheme;
}

}  // namespace halcyon::signald
