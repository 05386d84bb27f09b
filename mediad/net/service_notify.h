#pragma once

#include <optional>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Tells systemd about this process; does nothing when systemd does not supervise it.
void notify_ready();
void notify_stopping();
void notify_watchdog();
/// How often to call notify_watchdog(): half of WatchdogSec. Nullopt without a watchdog.
std::optional<TimeDelta> watchdog_interval();

}  // namespace halcyon::mediad
