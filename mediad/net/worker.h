#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "common/uv/loop.h"
#include "common/uv/signal.h"
#include "common/uv/timer.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/engine/drop_counters.h"
#include "mediad/net/engine_driver.h"
#include "mediad/net/ipc_client.h"

namespace halcyon::mediad {

/// A worker that was told to leave and is not emptied by then leaves all the same; systemd would
/// kill it at 60 s.
inline constexpr TimeDelta kDrainLimit = TimeDelta::seconds(45);

/// Binds what the options ask for.
ResultOr<WorkerSockets> open_sockets(std::uint16_t udp_port, std::optional<std::uint16_t> tcp_port,
                                     bool tcp, DropCounters& drops);

/// A media worker's life: greets signald, passes commands and events, survives its absence, and
/// leaves when asked.
class Worker {
 public:
  struct Config {
    std::string ipc_path;
    std::string name;
    std::vector<SocketAddress> announced;  // without ports
    bool keep_retrying = false;
  };
  Worker(uv::Loop& loop, Config config, WorkerSockets sockets,
         std::shared_ptr<const DtlsCertificate> certificate, DropCounters& drops);

  /// Runs the loop until the worker leaves; gives the process's exit status.
  int run();

 private:
  ipc::Hello make_hello() const;
  void on_command(const ipc::SignalToMedia& command);
  void on_event(const ipc::MediaToSignal& event);
  void on_lost(const std::string& reason);
  void on_unreachable(const std::string& reason);
  void on_terminate();
  void leave(int exit_status);

  uv::Loop& loop_;
  Config config_;
  Fingerprint fingerprint_;
  std::uint64_t instance_;
  bool welcomed_ = false;  // by the present connection
  bool ever_connected_ = false;
  bool terminating_ = false;
  int exit_status_ = 0;
  EngineDriver driver_;
  IpcClient ipc_;
  uv::Timer watchdog_;
  uv::Timer give_up_;
  uv::SignalWatch on_sigterm_;
  uv::SignalWatch on_sigint_;
};

}  // namespace halcyon::mediad
