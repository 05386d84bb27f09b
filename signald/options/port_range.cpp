#include "signald/options/port_range.h"

#include <charconv>
#include <optional>
#include <string>

namespace halcyon::signald {
namespace {

std::optional<std::uint16_t> port(std::string_view text) {
  std::uint16_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value == 0) return std::nullopt;
  return value;
}

}  // namespace

ResultOr<PortRange> parse_port_range(std::string_view text) {
  if (text.empty()) return PortRange{};
  const std::size_t dash = text.find('-');
  const auto first = port(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : port(text.substr(dash + 1));
  if (!first || !last || *first > *last) {
    return fail("\"" + std::string(text) + "\" is no range of UDP ports: write PORT or MIN-MAX, " +
                "each from 1 to 65535");
  }
  return PortRange{*first, *last};
}

}  // namespace halcyon::signald
