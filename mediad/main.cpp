// Halcyon's media worker: reads its flags, opens its sockets, makes its certificate, and moves
// packets until it is told to leave.
#include <csignal>

#include "common/clock/clock.h"
#include "common/log/log.h"
#include "common/random/random.h"
#include "common/uv/loop.h"
#include "mediad/command_line.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/net/descriptor_limit.h"
#include "mediad/net/worker.h"

int main(int argc, char** argv) {
  using namespace halcyon;
  using namespace halcyon::mediad;

  const CommandLine command_line = parse_command_line(argc, argv);
  if (!command_line.options) return command_line.exit_status;
  const WorkerOptions& options = *command_line.options;
  start_log("mediad-" + options.name, options.log_level);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  DropCounters drops;
  auto sockets = open_sockets(options.udp_port, options.tcp_port, options.tcp, drops);
  if (!sockets) {
    spdlog::error("{}", sockets.error().message);
    return 1;
  }
  SecureRandom random;
  const auto certificate = DtlsCertificate::generate(random, wall_now());
  if (!certificate) {
    spdlog::error("cannot make a DTLS certificate: {}", certificate.error().message);
    return 1;
  }

  uv::Loop loop;
  Worker worker(loop,
                {.ipc_path = options.ipc_path,
                 .name = options.name,
                 .announced = options.announced,
                 .keep_retrying = options.keep_retrying},
                std::move(*sockets), *certificate, drops);
  return worker.run();
}
