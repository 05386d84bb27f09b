#include "galenectl/local_time.h"

#include <cstdio>
#include <cstdlib>

#include "signald/json/rfc3339.h"

namespace halcyon::galenectl {

std::string local_rfc3339(WallTime time, int utc_offset_seconds) {
  std::string text = signald::format_rfc3339(time + TimeDelta::seconds(utc_offset_seconds),
                                             signald::Fraction::kMicroseconds);
  if (utc_offset_seconds == 0) return text;
  text.pop_back();  // the Z
  const int minutes = std::abs(utc_offset_seconds) / 60;
  char zone[16];
  std::snprintf(zone, sizeof zone, "%c%02d:%02d", utc_offset_seconds < 0 ? '-' : '+', minutes / 60,
                minutes % 60);
  return text + zone;
}

}  // namespace halcyon::galenectl
