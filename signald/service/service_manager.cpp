#include "signald/service/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace halcyon::signald {

ServiceManager::ServiceManager(uv::Loop& loop)
    : watchdog_(loop, [] { sd_notify(0, "WATCHDOG=1"); }) {}

void ServiceManager::ready() {
  sd_notify(0, "READY=1");
  std::uint64_t interval_us = 0;
  if (sd_watchdog_enabled(0, &interval_us) > 0) {
    // Twice as often as needed, so that one late turn of the loop is not the end.
    watchdog_.start_repeating(TimeDelta::micros(static_cast<std::int64_t>(interval_us / 2)));
  }
}

void ServiceManager::stopping() { sd_notify(0, "STOPPING=1"); }

std::optional<int> ServiceManager::inherited_socket() {
  if (sd_listen_fds(1) < 1) return std::nullopt;
  return SD_LISTEN_FDS_START;
}

}  // namespace halcyon::signald
