#include "signald/http/listen_address.h"

#include <charconv>

namespace halcyon::signald {

std::string ListenAddress::to_string() const {
  if (!unix_path.empty()) return unix_path;
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

ResultOr<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text.starts_with('/')) {
    address.unix_path = text;
    return address;
  }
  const auto malformed = [&] {
    return fail("\"" + std::string(text) +
                "\" is no address to listen on: write :PORT, HOST:PORT, [IPV6]:PORT or /PATH");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return malformed();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 3) return malformed();
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return malformed();
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return malformed();
  address.host = host;
  return address;
}

}  // namespace halcyon::signald
