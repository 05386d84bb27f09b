#include "signald/turn/turn_server.h"

#include <fcntl.h>
#include <netdb.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "common/clock/clock.h"
#include "common/net/host_addresses.h"
#include "signald/ice/ice_configuration.h"
#include "signald/turn/coturn_configuration.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/usr/sbin";
constexpr std::size_t kSecretBytes = 32;
/// Of one line of the child's output; the rest of a longer one is dropped.
constexpr std::size_t kMaxLine = 1000;

ResultOr<SocketAddress> resolve_v4(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (status != 0) return fail("-turn: " + host + ": " + ::gai_strerror(status));
  SocketAddress address = SocketAddress::from_sockaddr(list->ai_addr);
  ::freeaddrinfo(list);
  address.set_port(0);
  return address;
}

bool can_bind(const SocketAddress& address, int type) {
  const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const int reuse = type == SOCK_STREAM ? 1 : 0;  // connections that linger are in nobody's way
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  sockaddr_storage storage{};
  const socklen_t length = address.to_sockaddr(storage);
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
  ::close(socket);
  return bound;
}

/// coturn tries for ever where another program has the port; clients must not be sent there.
ResultOr<void> leave_out_busy(TurnPlan& plan) {
  for (SocketAddress address : std::vector<SocketAddress>(plan.listening)) {
    const SocketAddress without_port = address;
    address.set_port(plan.port);
    if (can_bind(address, SOCK_DGRAM) && can_bind(address, SOCK_STREAM)) continue;
    spdlog::debug("the TURN server leaves out {}: the port is taken", address.to_string());
    leave_out(plan, without_port);
  }
  if (!plan.listening.empty()) return {};
  return fail("another program has the port " + std::to_string(plan.port) +
              "; name another one with -turn :PORT");
}

ResultOr<void> write_private(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const std::string error = std::strerror(errno);
  if (file >= 0) ::close(file);
  if (!written) return fail("cannot write " + path + ": " + error);
  return {};
}

}  // namespace

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  const std::string folders = std::string(path == nullptr ? kDefaultPath : path) + ":";
  for (std::size_t start = 0, end; (end = folders.find(':', start)) != std::string::npos;
       start = end + 1) {
    const std::string candidate = folders.substr(start, end - start) + "/" + name;
    if (end > start && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

TurnServer::TurnServer(uv::Loop& loop, RandomSource& random, TurnServerOptions options)
    : loop_(loop),
      random_(random),
      options_(std::move(options)),
      restart_timer_(loop, [this] { spawn(); }),
      kill_timer_(loop, [this] {
        if (process_) process_->kill(SIGKILL);
      }) {
  if (options_.mode.kind == TurnMode::Kind::kOff || options_.mode.host.empty()) return;
  const auto address = resolve_v4(options_.mode.host);
  if (address) {
    announced_ = *address;
  } else {
    unusable_ = address.error().message;
  }
}

bool TurnServer::wanted() const {
  if (stopping_ || options_.mode.kind == TurnMode::Kind::kOff) return false;
  return options_.mode.kind == TurnMode::Kind::kOn || !file_present_;
}

void TurnServer::file_is_present(bool present, Moment /*now*/) {
  file_present_ = present;
  consider();
}

void TurnServer::consider() {
  if (!wanted()) {
    if (plan_) terminate();
    return;
  }
  if (plan_ || terminating_) return;  // it runs, or will when the last one has ended
  if (const auto prepared = prepare(); !prepared) {
    say_once("no TURN server: " + prepared.error().message);
    return;
  }
  delay_ = {};
  spawn();
}

void TurnServer::say_once(const std::string& message) {
  if (said_ != message) spdlog::warn("{}", message);
  said_ = message;
}

ResultOr<void> TurnServer::prepare() {
  if (!unusable_.empty()) return fail(unusable_);
  const auto host = host_addresses(true);
  auto plan = plan_turn(options_.mode.port, announced_, host);
  if (!plan) return make_unexpected(plan.error());
  if (find_program("turnserver").empty()) {
    return fail(
        "the program turnserver is not there; install the package coturn, or say -turn \"\" "
        "to do without");
  }
  if (auto free = leave_out_busy(*plan); !free) return free;
  secret_ = random_.hex(kSecretBytes);
  const auto peers = allowed_peers(*plan, options_.announce, host);
  auto written = write_private(options_.directory + "/turnserver.conf",
                               coturn_configuration(*plan, secret_, options_.directory, peers));
  if (!written) return written;
  plan_ = std::move(*plan);
  entry_.reset();
  return {};
}

void TurnServer::spawn() {
  if (!plan_ || process_) return;
  std::vector<std::string> command;
  // Without us it would serve on, with a secret that nobody knows, and share the port with the next
  // one. A service manager sees to that itself, and may forbid what setpriv does.
  const bool managed = std::getenv("INVOCATION_ID") != nullptr;
  if (const std::string setpriv = find_program("setpriv"); !setpriv.empty() && !managed) {
    command = {setpriv, "--pdeathsig", "TERM", "--"};
  }
  // A Ctrl-C on the terminal is for us, who then end it in order.
  if (const std::string setsid = find_program("setsid"); !setsid.empty()) command.push_back(setsid);
  command.push_back(find_program("turnserver"));
  command.push_back("-c");
  command.push_back(options_.directory + "/turnserver.conf");
  started_ = monotonic_now();
  line_.clear();
  last_line_.clear();
  auto process = uv::ChildProcess::spawn(
      loop_, command,
      {.exited = [this](int exit_status, int signal) { on_exit(exit_status, signal); },
       .output = [this](std::string_view text) { on_output(text); }});
  if (!process) {
    spdlog::error("TURN server: {}", process.error().message);
    restart_timer_.start_once(delay_.after(TimeDelta::zero()));
    return;
  }
  process_ = std::move(*process);
  said_.clear();
  spdlog::info("started the TURN server on port {} with pid {}", plan_->port, process_->pid());
}

void TurnServer::on_exit(int exit_status, int signal) {
  process_.reset();
  kill_timer_.stop();
  if (std::exchange(terminating_, false)) {
    spdlog::info("the TURN server has ended");
    if (stopped_) return std::exchange(stopped_, nullptr)();
    return consider();
  }
  ++restarts_;
  const TimeDelta delay = delay_.after(monotonic_now() - started_);
  spdlog::error("the TURN server ended with {} {} and is started again in {} ms; it said last: {}",
                signal != 0 ? "signal" : "status", signal != 0 ? signal : exit_status, delay.ms(),
                last_line_);
  restart_timer_.start_once(delay);
}

void TurnServer::on_output(std::string_view text) {
  for (const char c : text) {
    if (c != '\n') {
      if (line_.size() < kMaxLine) line_ += c;
      continue;
    }
    if (line_.empty()) continue;
    spdlog::debug("turnserver: {}", line_);
    last_line_ = std::exchange(line_, {});
  }
}

void TurnServer::terminate() {
  plan_.reset();
  entry_.reset();
  restart_timer_.stop();
  if (!process_) return;
  terminating_ = true;
  process_->kill(SIGTERM);
  kill_timer_.start_once(kTermination);
}

void TurnServer::stop(std::function<void()> done) {
  stopping_ = true;
  consider();
  if (!process_) return done();
  stopped_ = std::move(done);
}

std::optional<IceServer> TurnServer::ice_server(Moment now) {
  if (!plan_ || !running()) return std::nullopt;
  if (!entry_ || now.now - entry_made_ >= kIceRefreshInterval) {
    TurnCredentials made = make_turn_credentials(secret_, "", now.wall);
    entry_ = IceServer{turn_urls(*plan_), std::move(made.username), std::move(made.password)};
    entry_made_ = now.now;
  }
  return entry_;
}

}  // namespace halcyon::signald
