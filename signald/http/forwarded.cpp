#include "signald/http/forwarded.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

/// Elements from the last, which the nearest proxy wrote, to the first.
std::vector<std::string_view> nearest_first(std::string_view field, char separator) {
  std::vector<std::string_view> elements;
  while (true) {
    const auto end = field.rfind(separator);
    elements.push_back(trim(end == std::string_view::npos ? field : field.substr(end + 1)));
    if (end == std::string_view::npos) return elements;
    field = field.substr(0, end);
  }
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:80".
std::optional<SocketAddress> parse_node(std::string_view text) {
  text = unquote(text);
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    if (text.size() > end + 1 && text[end + 1] == ':') port = text.substr(end + 2);
    text = text.substr(1, end - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    port = text.substr(text.find(':') + 1);
    text = text.substr(0, text.find(':'));
  }
  std::uint16_t number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  return SocketAddress::parse(text, number);
}

/// What one proxy says of whom it got the request from.
struct Hop {
  std::optional<SocketAddress> address;  // none: hidden, or not understood
  std::string_view protocol;             // empty: not said
};

Hop read_forwarded_element(std::string_view element) {
  Hop hop;
  for (const std::string_view pair : nearest_first(element, ';')) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim(pair.substr(0, equals));
    const std::string_view value = unquote(trim(pair.substr(equals + 1)));
    if (equal_ignoring_case(name, "for")) hop.address = parse_node(value);
    if (equal_ignoring_case(name, "proto")) hop.protocol = value;
  }
  return hop;
}

std::vector<Hop> read_hops(const Headers& headers) {
  std::vector<Hop> hops;
  const std::string_view forwarded = headers.get("forwarded");
  if (!forwarded.empty() && forwarded.size() <= kMaxForwardedField) {
    for (const std::string_view element : nearest_first(forwarded, ',')) {
      hops.push_back(read_forwarded_element(element));
    }
    return hops;
  }
  const std::string_view addresses = headers.get("x-forwarded-for");
  const std::string_view protocols = headers.get("x-forwarded-proto");
  if (addresses.size() > kMaxForwardedField || protocols.size() > kMaxForwardedField) return hops;
  if (!addresses.empty()) {
    for (const std::string_view address : nearest_first(addresses, ',')) {
      hops.push_back({parse_node(address), ""});
    }
  }
  if (protocols.empty()) return hops;
  const auto said = nearest_first(protocols, ',');
  hops.resize(std::max(hops.size(), said.size()));
  // Proxies that do not append each time set it once.
  for (std::size_t i = 0; i < hops.size(); ++i) hops[i].protocol = said[std::min(i, said.size() - 1)];
  return hops;
}

}  // namespace

ClientOrigin client_origin(const Request& request, const std::vector<AddressRange>& trusted) {
  ClientOrigin origin{request.peer, request.tls};
  const auto is_trusted = [&](const SocketAddress& address) {
    return std::any_of(trusted.begin(), trusted.end(),
                       [&](const AddressRange& range) { return range.contains(address); });
  };
  for (const Hop& hop : read_hops(request.headers)) {
    if (!is_trusted(origin.address)) break;
    if (!hop.protocol.empty()) origin.tls = equal_ignoring_case(hop.protocol, "https");
    if (!hop.address) break;
    origin.address = *hop.address;
  }
  return origin;
}

}  // namespace halcyon::signald
