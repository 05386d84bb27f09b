#pragma once

#include "common/units/time.h"

namespace halcyon {

/// The only place that reads a clock. Called by the outermost layer (event loops, main programs);
/// everything inside gets `now` as an argument.
Timestamp monotonic_now();
WallTime wall_now();

}  // namespace halcyon
