#include "signald/workers/worker_options.h"

#include <algorithm>
#include <charconv>

namespace halcyon::signald {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

ResultOr<UdpRange> parse_udp_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number<std::uint16_t>(text.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : number<std::uint16_t>(text.substr(dash + 1));
  if (!first || !last || *first == 0 || *first > *last) {
    return fail("-udp-range " + std::string(text) + " is neither PORT nor MIN-MAX");
  }
  return UdpRange{*first, *last};
}

ResultOr<unsigned> parse_worker_count(std::string_view text, unsigned cores,
                                      const std::optional<UdpRange>& range) {
  const unsigned ports = range ? range->size() : kMaxWorkers;
  if (text == "auto") return std::clamp(cores, 1u, std::min(ports, kMaxWorkers));
  const auto count = number<unsigned>(text);
  if (!count || *count > kMaxWorkers) {
    return fail("-workers " + std::string(text) + " is neither auto nor a number up to " +
                std::to_string(kMaxWorkers));
  }
  if (*count > ports) {
    return fail("-udp-range has " + std::to_string(ports) + " ports, too few for " +
                std::to_string(*count) + " workers, which need one each");
  }
  return *count;
}

}  // namespace halcyon::signald
