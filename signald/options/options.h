#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/log/log.h"
#include "common/result/error.h"
#include "signald/http/listen_address.h"
#include "signald/options/port_range.h"

namespace halcyon::signald {

/// How streams are spread over workers.
enum class PlacementPolicy {
  kAuto,    // down streams beside their publisher until its worker is loaded
  kSpread,  // each on the next worker, so that tests see relays
};

/// What the command line says.
struct Options {
  ListenAddress http{"", "", 8443};
  std::optional<std::string> static_directory;  // not given: looked for
  bool insecure = false;
  std::string data_directory = "./data/";
  std::string groups_directory = "./groups/";
  std::string recordings_directory = "./recordings/";
  PortRange udp_ports;
  bool mdns = false;
  bool relay_only = false;
  std::string turn = "auto";
  unsigned workers = 0;  // 0: one for each processor
  std::string ipc;       // directory or path for the workers' sockets; empty: chosen
  std::string mediad;    // path of the worker program; empty: looked for
  PlacementPolicy place = PlacementPolicy::kAuto;
  std::vector<std::string> announced;  // public addresses to offer instead of the host's own
  LogLevel log_level = LogLevel::kInfo;
  std::vector<std::string> warnings;  // about flags that are accepted but do nothing
};

/// What to do instead of serving.
struct EarlyExit {
  int status = 0;
  std::string to_stderr;
  std::string to_stdout;
};

/// `words` is the command line without the program's name.
Result<Options, EarlyExit> parse_options(const std::vector<std::string>& words);

}  // namespace halcyon::signald
