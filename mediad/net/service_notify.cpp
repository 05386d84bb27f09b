#include "mediad/net/service_notify.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace halcyon::mediad {

void notify_ready() { sd_notify(0, "READY=1"); }
void notify_stopping() { sd_notify(0, "STOPPING=1"); }
void notify_watchdog() { sd_notify(0, "WATCHDOG=1"); }

std::optional<TimeDelta> watchdog_interval() {
  std::uint64_t us = 0;
  if (sd_watchdog_enabled(0, &us) <= 0) return std::nullopt;
  return TimeDelta::micros(static_cast<std::int64_t>(us)) / 2;
}

}  // namespace halcyon::mediad
