#include "signald/http/trusted_proxies.h"

#include <algorithm>
#include <optional>
#include <string>

#include "signald/http/field_text.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Takes the last element off a list; the list is empty after the first.
std::string_view take_last(std::string_view& list, char separator) {
  const std::size_t at = list.rfind(separator);
  const std::string_view last = at == std::string_view::npos ? list : list.substr(at + 1);
  list = at == std::string_view::npos ? std::string_view() : list.substr(0, at);
  return trimmed(last);
}

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"; nothing for "unknown" and other
/// obfuscated names (RFC 7239 6.3).
std::optional<SocketAddress> parse_node(std::string_view text) {
  text = unquoted(text);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    text = text.substr(1, end - 1);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    text = text.substr(0, text.find(':'));
  }
  return SocketAddress::parse(text, 0);
}

/// The value of one parameter of an element of Forwarded: "for=…;proto=…".
std::string_view parameter(std::string_view element, std::string_view name) {
  while (!element.empty()) {
    const std::string_view pair = take_last(element, ';');
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && equal_ignoring_case(pair.substr(0, equals), name)) {
      return unquoted(pair.substr(equals + 1));
    }
  }
  return {};
}

}  // namespace

ResultOr<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  TrustedProxies proxies;
  while (!list.empty()) {
    const std::string element(take_last(list, ','));
    if (element == "unix") {
      proxies.unix_socket_ = true;
      continue;
    }
    const auto range = AddressRange::parse(element);
    if (!range) {
      return fail("\"" + element + "\" is neither an address, nor a range like 10.0.0.0/8, nor " +
                  "\"unix\"");
    }
    proxies.ranges_.push_back(*range);
  }
  return proxies;
}

bool TrustedProxies::contains(const SocketAddress& peer) const {
  if (peer.empty()) return unix_socket_;
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const AddressRange& range) { return range.contains(peer); });
}

void TrustedProxies::apply(Request& request) const {
  if (!contains(request.peer)) return;
  const Headers& headers = request.headers;
  const bool standard = !headers.has("x-forwarded-for") && headers.has("forwarded");
  std::string_view chain = headers.get(standard ? "forwarded" : "x-forwarded-for");
  std::string_view protocols = headers.get("x-forwarded-proto");
  std::string_view protocol = take_last(protocols, ',');
  while (!chain.empty()) {
    const std::string_view element = take_last(chain, ',');
    if (standard) {
      const std::string_view said = parameter(element, "proto");
      if (!said.empty()) protocol = said;
    }
    const auto node = parse_node(standard ? parameter(element, "for") : element);
    // Behind something unintelligible nothing can be believed.
    if (!node) break;
    request.peer = *node;
    if (!contains(*node)) break;
  }
  if (!protocol.empty()) request.tls = equal_ignoring_case(protocol, "https");
}

}  // namespace halcyon::signald
