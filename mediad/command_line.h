#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/log/log.h"
#include "common/net/socket_address.h"

namespace halcyon::mediad {

struct WorkerOptions {
  std::string ipc_path;
  std::string name;
  std::uint16_t udp_port = 0;             // 0: the system's choice
  std::optional<std::uint16_t> tcp_port;  // unset: that of UDP if it is free
  bool tcp = true;
  std::vector<SocketAddress> announced;  // empty: the host's own addresses
  LogLevel log_level = LogLevel::kInfo;
  bool keep_retrying = false;  // wait for signald for ever
};

/// Flags with one dash or two. Without options the process ends with `exit_status`; what there was
/// to say has been said.
struct CommandLine {
  std::optional<WorkerOptions> options;
  int exit_status = 0;
};
CommandLine parse_command_line(int argc, char** argv);

}  // namespace halcyon::mediad
