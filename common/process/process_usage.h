#pragma once

#include <cstdint>

#include "common/units/time.h"

namespace halcyon {

/// What this process has used, all threads together.
struct ProcessUsage {
  TimeDelta cpu;                     // since start
  std::uint64_t resident_bytes = 0;  // now
};

/// Asks the system; costs a few microseconds. Zeros for what it does not tell.
ProcessUsage process_usage();

/// Of this process, now. Costs the more the more there are.
std::uint64_t open_descriptors();

}  // namespace halcyon
