#include "galenectl/duration.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace halcyon::galenectl {
namespace {

constexpr double kLongestMicros = 9.2e15;

/// Longer names first, so that "ms" is not read as "m".
constexpr std::array<std::pair<std::string_view, double>, 7> kUnits{{
    {"ns", 1e-3},
    {"us", 1.0},
    {"µs", 1.0},
    {"ms", 1e3},
    {"s", 1e6},
    {"m", 60e6},
    {"h", 3600e6},
}};

}  // namespace

std::optional<TimeDelta> parse_duration(std::string_view text) {
  double sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text == "0") return TimeDelta::zero();
  if (text.empty()) return std::nullopt;
  double micros = 0;
  while (!text.empty()) {
    const std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc{} || end != text.data() + digits) return std::nullopt;
    text.remove_prefix(digits);
    double unit = 0;
    for (const auto& [name, size] : kUnits) {
      if (text.starts_with(name)) {
        unit = size;
        text.remove_prefix(name.size());
        break;
      }
    }
    if (unit == 0) return std::nullopt;
    micros += number * unit;
  }
  if (micros > kLongestMicros) return std::nullopt;
  return TimeDelta::micros(std::llround(sign * micros));
}

}  // namespace halcyon::galenectl
