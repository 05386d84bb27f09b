#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/log/log.h"
#include "common/result/error.h"
#include "signald/http/http_limits.h"
#include "signald/http/listen_address.h"
#include "signald/http/trusted_proxies.h"
#include "signald/statistics/metrics_access.h"
#include "signald/stream/worker_directory.h"
#include "signald/turn/turn_mode.h"
#include "signald/workers/worker_options.h"

namespace halcyon::signald {

/// What the command line says.
struct Options {
  ListenAddress http{"", "", 8443};
  std::optional<std::string> static_directory;  // not given: looked for
  bool insecure = false;
  std::string data_directory = "./data/";
  std::string groups_directory = "./groups/";
  std::string recordings_directory = "./recordings/";
  std::optional<UdpRange> udp_range;  // none: the system chooses
  bool relay_only = false;
  TurnMode turn;
  MetricsAccess metrics;
  unsigned workers = 1;  // to start; 0: somebody else does
  std::string ipc;       // path of the workers' socket; empty: chosen
  std::string mediad;    // path of the worker program; empty: looked for
  PlacementMode place = PlacementMode::kNear;
  ConnectionLimits limits;
  std::string trusted_proxy_list;
  TrustedProxies trusted_proxies;     // the same, read
  std::vector<std::string> announce;  // public addresses to offer instead of the host's own
  LogLevel log_level = LogLevel::kInfo;
  std::string log_level_name = "info";  // the same, for the workers
  std::vector<std::string> warnings;    // about flags that are accepted but do nothing
};

/// What to do instead of serving.
struct EarlyExit {
  int status = 0;
  std::string to_stderr;
  std::string to_stdout;
};

/// `words` is the command line without the program's name, `cores` what `-workers auto` means.
Result<Options, EarlyExit> parse_options(const std::vector<std::string>& words, unsigned cores);

}  // namespace halcyon::signald
