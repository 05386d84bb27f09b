#pragma once

#include <string>

#include "common/units/time.h"

namespace halcyon::galenectl {

/// RFC 3339 with a fraction of microseconds and the zone's offset:
/// "2030-01-02T03:04:05.123456+01:00".
std::string local_rfc3339(WallTime time, int utc_offset_seconds);

}  // namespace halcyon::galenectl
