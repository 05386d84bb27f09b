#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signald/json/json_value.h"
#include "signald/session/signalling_counters.h"
#include "signald/stream/stream_statistics.h"
#include "signald/workers/worker_supervision.h"

namespace halcyon::signald {

struct TurnFacts {
  bool running = false;
  std::uint64_t restarts = 0;
};

/// The last test of the TURN server that clients are told of.
struct RelayTestFacts {
  std::string server;
  bool succeeded = false;
  double total_seconds = 0;
  double delay_seconds = 0;
  std::string problem;  // empty when it succeeded
};

/// Publishers over HTTP (WHIP).
struct WhipFacts {
  std::uint64_t sessions = 0;  // at present
  std::uint64_t accepted = 0;  // offers since the start
  std::uint64_t refused = 0;
};

/// Everything about the server that is not about one group.
struct ServerStatistics {
  std::string version;
  double uptime_seconds = 0;
  double start_time_seconds = 0;  // since 1970
  double cpu_seconds = 0;         // of signald
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_descriptors = 0;

  std::uint64_t groups = 0;
  std::uint64_t clients = 0;
  std::uint64_t up_streams = 0;
  std::uint64_t down_streams = 0;
  std::uint64_t websockets = 0;
  std::uint64_t connections = 0;          // network connections, WebSockets included
  std::uint64_t refused_connections = 0;  // an address had too many
  SignallingCounters signalling;
  WhipFacts whip;
  std::uint64_t passwords_computed = 0;      // costly ones that came with HTTP requests
  std::uint64_t passwords_remembered = 0;    // the same, without computing
  std::optional<TurnFacts> turn;             // none: switched off
  std::optional<RelayTestFacts> relay_test;  // none: nothing to test, or not yet

  std::vector<WorkerStatistics> workers;
  std::map<std::string, WorkerSupervision> supervision;  // by the worker's name
};

/// The object of /galene-api/v0/.workers.
JsonObject to_json(const ServerStatistics& server);

/// Where statistics come from.
class ServerStatisticsSource {
 public:
  virtual ~ServerStatisticsSource() = default;
  virtual ServerStatistics server_statistics() = 0;
};

}  // namespace halcyon::signald
