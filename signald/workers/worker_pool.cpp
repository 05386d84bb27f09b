#include "signald/workers/worker_pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "common/clock/clock.h"

namespace halcyon::signald {
namespace {

constexpr unsigned kOwnerOnly = 0600;
constexpr unsigned kOwnerAndGroup = 0660;
/// Workers and a few that are about to be replaced.
constexpr std::size_t kMaxConnections = 2 * kMaxWorkers;

}  // namespace

WorkerPool::WorkerPool(uv::Loop& loop, WorkerObserver& plane, const WorkerPoolOptions& options)
    : loop_(loop),
      plane_(plane),
      options_(options),
      processes_(loop, options,
                 {[this](int pid) { on_exited(pid); },
                  [this](const std::string& name) { return find(name) != nullptr; }}),
      check_timer_(loop, [this] { check(); }),
      sweep_timer_(loop, [this] { sweep(); }),
      kill_timer_(loop, [this] { processes_.kill_all(); }) {}

ResultOr<void> WorkerPool::start() {
  auto listener = uv::UnixListener::listen(loop_, options_.ipc_path,
                                           options_.group_may_connect ? kOwnerAndGroup : kOwnerOnly,
                                           [this](auto stream) { accept(std::move(stream)); });
  if (!listener) return tl::unexpected(listener.error());
  listener_ = std::move(*listener);
  if (auto started = processes_.start(monotonic_now()); !started) {
    processes_.terminate();
    listener_.reset();
    return started;
  }
  last_check_ = monotonic_now();
  check_timer_.start_repeating(options_.times.check_interval);
  return {};
}

void WorkerPool::stop(std::function<void()> done) {
  stopped_ = std::move(done);
  check_timer_.stop();
  listener_.reset();
  // A worker without signald leaves at once when it is told to terminate.
  for (auto& connection : connections_) connection->end("signald stops");
  absent_.clear();
  processes_.terminate();
  kill_timer_.start_once(options_.times.termination);
  sweep_timer_.start_once(TimeDelta::zero());
}

void WorkerPool::finish_stop() {
  if (!stopped_ || !connections_.empty() || !processes_.running().empty()) return;
  kill_timer_.stop();
  const auto stopped = std::exchange(stopped_, nullptr);
  stopped();
}

std::size_t WorkerPool::connected() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [](const auto& c) { return c->hello && !c->ended(); }));
}

std::map<std::string, WorkerSupervision> WorkerPool::supervision() const {
  std::map<std::string, WorkerSupervision> all;
  for (const auto& [name, restarts] : processes_.restarts()) all[name].restarts = restarts;
  for (const auto& connection : connections_) {
    if (!connection->hello || connection->ended()) continue;
    all[connection->hello->worker_name()].ipc_queued_bytes = connection->queued_bytes();
  }
  return all;
}

WorkerConnection* WorkerPool::find(const std::string& name) {
  for (auto& connection : connections_) {
    if (!connection->ended() && connection->hello && connection->hello->worker_name() == name) {
      return connection.get();
    }
  }
  return nullptr;
}

WorkerInstance WorkerPool::instance_of(const WorkerConnection& connection) {
  return WorkerInstance(connection.hello->worker_instance());
}

void WorkerPool::accept(std::unique_ptr<uv::UnixStream> stream) {
  if (connections_.size() >= kMaxConnections) {
    spdlog::error("a connection to {} is refused: there are {} already", options_.ipc_path,
                  connections_.size());
    return;
  }
  // The connection is known to its callbacks by its place in the list, which it keeps.
  const auto place = connections_.emplace(connections_.end());
  *place = std::make_unique<WorkerConnection>(
      std::move(stream), monotonic_now(),
      WorkerConnection::Callbacks{
          [this, place](const ipc::MediaToSignal& message) { on_message(**place, message); },
          [this] { sweep_timer_.start_once(TimeDelta::zero()); }});
}

void WorkerPool::on_message(WorkerConnection& connection, const ipc::MediaToSignal& message) {
  if (stopped_) return;
  if (message.has_hello()) return introduce(connection, message.hello());
  plane_.worker_message(instance_of(connection), message, connection.last_heard());
}

void WorkerPool::introduce(WorkerConnection& connection, const ipc::Hello& hello) {
  if (const auto fault = hello_fault(hello)) {
    spdlog::error("worker \"{}\" (pid {}) is refused: {}", hello.worker_name(), hello.pid(),
                  *fault);
    return connection.end(*fault);
  }
  WorkerConnection* other = find(hello.worker_name());
  const bool same_run =
      other != nullptr && other->hello->worker_instance() == hello.worker_instance();
  if (other != nullptr && !same_run && processes_.owns(static_cast<int>(other->hello->pid()))) {
    // One that an earlier signald left behind; it gives up after a while.
    spdlog::warn("worker \"{}\" (pid {}) is refused: that is the name of a running one (pid {})",
                 hello.worker_name(), hello.pid(), other->hello->pid());
    return connection.end("the name is in use");
  }
  if (other != nullptr) other->end("replaced by a newer connection");
  connection.hello = hello;
  const WorkerInstance instance(hello.worker_instance());
  absent_.erase(instance);
  spdlog::info("worker {} (pid {}, version {}) is connected, {} addresses; {} workers now",
               hello.worker_name(), hello.pid(), hello.version(), hello.candidates_size(),
               connected());
  plane_.worker_connected(hello, connection, connection.last_heard());
}

void WorkerPool::disconnected(const WorkerConnection& connection) {
  const ipc::Hello& hello = *connection.hello;
  const WorkerConnection* newer = find(hello.worker_name());
  // The plane already knows the newer one, and what became of this one with it.
  if (newer != nullptr) return;
  spdlog::warn("worker {} (pid {}) is disconnected: {}; {} workers left", hello.worker_name(),
               hello.pid(), connection.reason(), connected());
  const WorkerInstance instance = instance_of(connection);
  plane_.worker_disconnected(instance);
  const TimeDelta grace =
      connection.taken_for_dead ? TimeDelta::zero() : options_.times.reconnect_grace;
  absent_[instance] = {hello.worker_name(), static_cast<int>(hello.pid()), monotonic_now() + grace};
}

void WorkerPool::sweep() {
  for (auto place = connections_.begin(); place != connections_.end();) {
    if (!(*place)->ended()) {
      ++place;
      continue;
    }
    const std::unique_ptr<WorkerConnection> connection = std::move(*place);
    place = connections_.erase(place);
    if (connection->hello && !stopped_) {
      disconnected(*connection);
    } else if (!stopped_) {
      spdlog::warn("a connection to {} ended without Hello: {}", options_.ipc_path,
                   connection->reason());
    }
  }
  check_absent(monotonic_now());
  finish_stop();
}

void WorkerPool::on_exited(int pid) {
  last_connected_.erase(pid);
  if (stopped_) return sweep_timer_.start_once(TimeDelta::zero());
  for (auto& connection : connections_) {
    if (!connection->hello || static_cast<int>(connection->hello->pid()) != pid) continue;
    connection->taken_for_dead = true;
    connection->end("the process has ended");
  }
  for (auto& [instance, absent] : absent_) {
    if (absent.pid == pid) absent.until = Timestamp();
  }
  sweep();
}

void WorkerPool::check() {
  const Timestamp now = monotonic_now();
  if (was_held_up(now)) return;
  check_connections(now);
  check_absent(now);
  check_unconnected(now);
  processes_.check(now);
}

/// Whether this process itself stood still: then what the workers said still waits to be read, and
/// none of them may be called silent.
bool WorkerPool::was_held_up(Timestamp now) {
  const TimeDelta gap = now - last_check_;
  last_check_ = now;
  return gap >= std::max(options_.times.silence / 4, options_.times.check_interval * 4);
}

void WorkerPool::check_connections(Timestamp now) {
  for (auto& connection : connections_) {
    if (connection->ended() || now - connection->last_heard() < options_.times.silence) continue;
    const std::string reason =
        "silent for " + std::to_string((now - connection->last_heard()).ms()) + " ms";
    connection->taken_for_dead = true;
    connection->end(reason);
    if (!connection->hello) continue;
    const int pid = static_cast<int>(connection->hello->pid());
    if (processes_.owns(pid)) processes_.kill(pid, reason);
  }
}

void WorkerPool::check_absent(Timestamp now) {
  std::vector<WorkerInstance> lost;
  for (auto entry = absent_.begin(); entry != absent_.end();) {
    if (now < entry->second.until) {
      ++entry;
      continue;
    }
    spdlog::warn("worker {} (pid {}) is lost; {} workers left", entry->second.name,
                 entry->second.pid, connected());
    lost.push_back(entry->first);
    entry = absent_.erase(entry);
  }
  for (const WorkerInstance instance : lost) plane_.worker_lost(instance, now);
}

/// A process of ours that runs without a connection is of no use to anyone.
void WorkerPool::check_unconnected(Timestamp now) {
  for (const auto& connection : connections_) {
    if (connection->hello && !connection->ended()) {
      last_connected_[static_cast<int>(connection->hello->pid())] = now;
    }
  }
  for (const WorkerProcesses::Running& process : processes_.running()) {
    const auto seen = last_connected_.find(process.pid);
    const Timestamp since = seen == last_connected_.end() ? process.since : seen->second;
    if (now - since >= options_.times.silence) processes_.kill(process.pid, "it does not connect");
  }
}

}  // namespace halcyon::signald
