#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "common/units/time.h"

namespace halcyon::signald {

/// More would be more than the cores of any machine, and each has a port.
inline constexpr unsigned kMaxWorkers = 256;

/// Ports of the workers' media: worker i has `first` + i.
struct UdpRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  unsigned size() const { return static_cast<unsigned>(last - first) + 1; }
  bool operator==(const UdpRange&) const = default;
};

/// "PORT" or "MIN-MAX", both above 0 and MIN not above MAX.
ResultOr<UdpRange> parse_udp_range(std::string_view text);

/// "auto", one worker for each of `cores` but no more than there are ports, or a number, for which
/// the ports must suffice. 0 means that workers are started by somebody else.
ResultOr<unsigned> parse_worker_count(std::string_view text, unsigned cores,
                                      const std::optional<UdpRange>& range);

/// Times of supervision; tests make them short.
struct WorkerTimes {
  /// Statistics come every second; a worker silent for this long does not work any more.
  TimeDelta silence = TimeDelta::seconds(10);
  /// A worker whose connection broke may come back for so long before its streams move. They have
  /// to be offered elsewhere within 3 s.
  TimeDelta reconnect_grace = TimeDelta::seconds(1);
  /// Between restarts of a worker that keeps ending: none, then one step, two steps, … up to the
  /// maximum.
  TimeDelta restart_step = TimeDelta::seconds(1);
  TimeDelta restart_maximum = TimeDelta::seconds(30);
  /// One that ran for so long begins again without delay.
  TimeDelta stable_after = TimeDelta::seconds(30);
  /// From SIGTERM to SIGKILL at shutdown.
  TimeDelta termination = TimeDelta::seconds(2);
  /// How often all of these are looked at.
  TimeDelta check_interval = TimeDelta::millis(200);
};

struct WorkerPoolOptions {
  std::string ipc_path;
  bool group_may_connect =
      false;           // socket mode 0660 instead of 0600, for workers that run as another user
  unsigned count = 0;  // workers to start; others may connect as well
  std::string mediad_path;
  std::optional<UdpRange> udp_range;  // none: ports of the system's choice
  std::vector<std::string> announce;  // addresses for candidates instead of the host's own
  std::string log_level = "info";
  WorkerTimes times;
};

}  // namespace halcyon::signald
