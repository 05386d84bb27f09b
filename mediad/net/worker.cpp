#include "mediad/net/worker.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>

#include "common/net/host_addresses.h"
#include "mediad/engine/ipc_conversion.h"
#include "mediad/net/service_notify.h"

namespace halcyon::mediad {
namespace {

void add_candidates(ipc::Hello& hello, ipc::HostCandidate::Protocol protocol,
                    const std::vector<SocketAddress>& addresses, std::uint16_t port) {
  for (SocketAddress address : addresses) {
    address.set_port(port);
    auto& candidate = *hello.add_candidates();
    candidate.set_protocol(protocol);
    *candidate.mutable_endpoint() = to_ipc(address);
  }
}

}  // namespace

ResultOr<WorkerSockets> open_sockets(std::uint16_t udp_port, std::optional<std::uint16_t> tcp_port,
                                     bool tcp, DropCounters& drops) {
  WorkerSockets sockets;
  auto peers = UdpSocket::bind_any(udp_port, drops);
  if (!peers) return unexpected(peers.error());
  sockets.peers = std::move(*peers);
  auto relays = UdpSocket::bind_loopback(drops);
  if (!relays) return unexpected(relays.error());
  sockets.relays = std::move(*relays);
  if (!tcp) return sockets;
  auto listener =
      TcpListener::listen(tcp_port.value_or(sockets.peers->port()), sockets.peers->family(), drops);
  // Only a port that was asked for by number has to be that one.
  if (!listener && !tcp_port && udp_port == 0)
    listener = TcpListener::listen(0, sockets.peers->family(), drops);
  if (!listener) return unexpected(listener.error());
  sockets.tcp = std::move(*listener);
  return sockets;
}

Worker::Worker(uv::Loop& loop, Config config, WorkerSockets sockets,
               std::shared_ptr<const DtlsCertificate> certificate, DropCounters& drops)
    : loop_(loop),
      config_(std::move(config)),
      fingerprint_(certificate->fingerprint()),
      instance_(SecureRandom().u64()),
      driver_(loop, std::move(sockets), std::move(certificate), drops,
              [this](const ipc::MediaToSignal& event) { on_event(event); }),
      ipc_(loop, config_.ipc_path,
           {.make_hello = [this] { return make_hello(); },
            .on_command = [this](const ipc::SignalToMedia& command) { on_command(command); },
            .on_lost = [this](const std::string& reason) { on_lost(reason); },
            .on_unreachable = [this](const std::string& reason) { on_unreachable(reason); }}),
      watchdog_(loop, notify_watchdog),
      give_up_(loop,
               [this] {
                 spdlog::error("no signald within the time allowed");
                 leave(terminating_ ? 0 : 1);
               }),
      on_sigterm_(loop, SIGTERM, [this] { on_terminate(); }),
      on_sigint_(loop, SIGINT, [this] { on_terminate(); }) {}

int Worker::run() {
  spdlog::info("RTP is protected by {}", driver_.engine().srtp_description());
  if (const auto interval = watchdog_interval()) watchdog_.start_repeating(*interval);
  ipc_.connect();
  loop_.run();
  return exit_status_;
}

ipc::Hello Worker::make_hello() const {
  const WorkerSockets& sockets = driver_.sockets();
  const auto addresses = config_.announced.empty()
                             ? host_addresses(sockets.peers->family() == AF_INET6)
                             : config_.announced;
  ipc::Hello hello;
  hello.set_protocol_version(kIpcProtocolVersion);
  hello.set_worker_name(config_.name);
  hello.set_worker_instance(instance_);
  hello.set_pid(static_cast<std::uint32_t>(::getpid()));
  hello.set_version(HALCYON_VERSION);
  add_candidates(hello, ipc::HostCandidate::UDP, addresses, sockets.peers->port());
  if (sockets.tcp) {
    add_candidates(hello, ipc::HostCandidate::TCP_PASSIVE, addresses, sockets.tcp->port());
    hello.add_capabilities("ice-tcp");
  }
  *hello.mutable_fingerprint() = to_ipc(fingerprint_);
  *hello.mutable_relay() = to_ipc(*SocketAddress::parse("127.0.0.1", sockets.relays->port()));
  hello.set_transports(static_cast<std::uint32_t>(driver_.engine().transport_count()));
  return hello;
}

void Worker::on_command(const ipc::SignalToMedia& command) {
  if (command.has_welcome()) {
    welcomed_ = true;
    ever_connected_ = true;
    give_up_.stop();
    spdlog::info("serving signald as worker {}", command.welcome().worker_index());
    if (command.welcome().protocol_version() != kIpcProtocolVersion) {
      spdlog::warn("signald speaks version {} of the IPC, this worker version {}",
                   command.welcome().protocol_version(), kIpcProtocolVersion);
    }
    notify_ready();
  }
  driver_.handle_command(command);
  if (terminating_ && driver_.engine().transport_count() == 0) leave(0);
}

void Worker::on_event(const ipc::MediaToSignal& event) {
  if (event.has_command_failed()) {
    const auto& failed = event.command_failed();
    spdlog::warn("{} {:016x}: {}", failed.command(), failed.id(), failed.reason());
  }
  if (!welcomed_) return;
  if (!event.has_statistics()) return ipc_.send(event);
  ipc::MediaToSignal completed = event;
  completed.mutable_statistics()->set_ipc_queued_bytes(ipc_.queued_bytes());
  ipc_.send(completed);
}

void Worker::on_lost(const std::string& reason) {
  spdlog::warn("the connection to signald is gone: {}", reason);
  welcomed_ = false;
  if (terminating_) return leave(0);
  driver_.handle_signald_lost();
  if (!config_.keep_retrying) give_up_.start_once(kOrphanLifetime);
}

void Worker::on_unreachable(const std::string& reason) {
  if (ever_connected_ || config_.keep_retrying) {
    spdlog::debug("cannot connect to {}: {}", config_.ipc_path, reason);
    return;
  }
  spdlog::error("cannot connect to {}: {}", config_.ipc_path, reason);
  leave(1);
}

void Worker::on_terminate() {
  const bool again = std::exchange(terminating_, true);
  notify_stopping();
  if (again || !welcomed_ || driver_.engine().transport_count() == 0) return leave(0);
  spdlog::info("asking signald to move {} transports elsewhere",
               driver_.engine().transport_count());
  ipc::MediaToSignal request;
  request.mutable_drain_requested();
  ipc_.send(request);
  give_up_.start_once(kDrainLimit);
}

void Worker::leave(int exit_status) {
  exit_status_ = exit_status;
  ipc_.stop();
  loop_.stop();
}

}  // namespace halcyon::mediad
