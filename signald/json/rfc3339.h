#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/units/time.h"

namespace halcyon::signald {

/// RFC 3339 5.6 date-time with an explicit zone, upper-case T and Z; digits of the fraction beyond
/// microseconds are dropped. Nullopt for anything else, impossible dates included.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// A moment and the zone it was written in.
struct ZonedTime {
  WallTime at;
  int zone_minutes = 0;  // east of UTC
  bool operator==(const ZonedTime&) const = default;
};
/// The same with the zone kept.
std::optional<ZonedTime> parse_zoned_rfc3339(std::string_view text);

enum class Fraction { kNone, kMicroseconds };

/// In UTC ("Z"). With kMicroseconds the fraction is left out when it is zero and has no trailing
/// zeros.
std::string format_rfc3339(WallTime time, Fraction fraction);
/// In its zone, with the fraction as of kMicroseconds.
std::string format_rfc3339(const ZonedTime& time);

}  // namespace halcyon::signald
