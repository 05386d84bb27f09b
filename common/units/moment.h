#pragma once

#include "common/units/time.h"

namespace halcyon {

/// Both clocks at once, for logic that needs deadlines and dates.
struct Moment {
  Timestamp now;
  WallTime wall;
};

}  // namespace halcyon
