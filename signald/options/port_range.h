#pragma once

#include <cstdint>
#include <string_view>

#include "common/result/error.h"

namespace halcyon::signald {

/// UDP ports for media. Both zero: the system chooses.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool operator==(const PortRange&) const = default;
  bool any() const { return first == 0; }
};

/// "", "PORT" or "MIN-MAX", from 1 to 65535.
ResultOr<PortRange> parse_port_range(std::string_view text);

}  // namespace halcyon::signald
