#pragma once

#include <cstdint>

namespace halcyon::signald {

/// What signald itself knows of a worker's process and connection.
struct WorkerSupervision {
  std::uint64_t restarts = 0;          // of the process, if it is ours
  std::uint64_t ipc_queued_bytes = 0;  // commands that wait to be written
};

}  // namespace halcyon::signald
