#pragma once

#include <optional>
#include <string_view>

#include "common/units/time.h"

namespace halcyon::galenectl {

/// Decimal numbers with units ns, us, µs, ms, s, m, h, combined as in "1h30m"; a sign in front;
/// "0". Nothing for anything else, and for more than about 290 years.
std::optional<TimeDelta> parse_duration(std::string_view text);

}  // namespace halcyon::galenectl
