#include "signald/stream/worker_directory.h"

#include <algorithm>
#include <tuple>

namespace halcyon::signald {
namespace {

// RFC 8445 5.1.2.1; TCP candidates below all UDP ones (RFC 6544 4.2).
constexpr std::uint32_t kHostPreference = 126;
constexpr std::uint32_t kTcpHostPreference = 90;
constexpr std::uint32_t kMaxLocalPreference = 65535;
constexpr std::uint32_t kComponent = 1;

std::uint32_t priority(std::uint32_t type_preference, std::size_t position) {
  const auto local = static_cast<std::uint32_t>(
      kMaxLocalPreference - std::min<std::size_t>(position, kMaxLocalPreference));
  return type_preference << 24 | local << 8 | (256 - kComponent);
}

/// Loads that differ by less count as equal; then the number of transports decides, so that idle
/// workers share evenly.
int load_step(double load) { return static_cast<int>(load * 10); }

bool busier(const Worker& a, const Worker& b) {
  return std::tuple(load_step(a.load()), a.transports, a.index) >
         std::tuple(load_step(b.load()), b.transports, b.index);
}

double per_second(std::uint64_t before, std::uint64_t after, TimeDelta span) {
  return after < before ? 0 : static_cast<double>(after - before) / span.seconds_f();
}

PacketRates rates_between(const ipc::Statistics& before, const ipc::Statistics& after,
                          TimeDelta span) {
  if (span <= TimeDelta::zero()) return {};
  return {per_second(before.packets_received(), after.packets_received(), span),
          per_second(before.packets_sent(), after.packets_sent(), span),
          8 * per_second(before.bytes_received(), after.bytes_received(), span),
          8 * per_second(before.bytes_sent(), after.bytes_sent(), span)};
}

}  // namespace

std::vector<sdp::Candidate> worker_candidates(const ipc::Hello& hello) {
  std::vector<sdp::Candidate> candidates;
  for (const auto protocol : {ipc::HostCandidate::UDP, ipc::HostCandidate::TCP_PASSIVE}) {
    std::size_t position = 0;
    for (const ipc::HostCandidate& host : hello.candidates()) {
      if (host.protocol() != protocol) continue;
      const bool udp = protocol == ipc::HostCandidate::UDP;
      sdp::Candidate candidate;
      candidate.foundation = std::to_string(candidates.size() + 1);
      candidate.component = kComponent;
      candidate.transport = udp ? "udp" : "tcp";
      candidate.priority = priority(udp ? kHostPreference : kTcpHostPreference, position++);
      candidate.address = host.endpoint().address();
      candidate.port = static_cast<std::uint16_t>(host.endpoint().port());
      candidate.type = "host";
      if (!udp) candidate.extensions = {{"tcptype", "passive"}};
      candidates.push_back(std::move(candidate));
    }
  }
  return candidates;
}

std::uint32_t WorkerDirectory::index_for(const std::string& name) {
  return indices_.try_emplace(name, static_cast<std::uint32_t>(indices_.size())).first->second;
}

Worker& WorkerDirectory::add(const ipc::Hello& hello, WorkerLink& link) {
  Worker worker;
  worker.instance = WorkerInstance(hello.worker_instance());
  worker.name = hello.worker_name();
  worker.index = index_for(worker.name);
  worker.pid = hello.pid();
  worker.version = hello.version();
  worker.link = &link;
  worker.candidates = worker_candidates(hello);
  worker.fingerprint.algorithm = hello.fingerprint().algorithm();
  const std::string& digest = hello.fingerprint().digest();
  worker.fingerprint.digest.assign(digest.begin(), digest.end());
  worker.relay = hello.relay();
  return workers_.insert_or_assign(worker.instance, std::move(worker)).first->second;
}

void WorkerDirectory::remove(WorkerInstance instance) { workers_.erase(instance); }

Worker* WorkerDirectory::find(WorkerInstance instance) {
  const auto found = workers_.find(instance);
  return found == workers_.end() ? nullptr : &found->second;
}

const Worker* WorkerDirectory::find(WorkerInstance instance) const {
  const auto found = workers_.find(instance);
  return found == workers_.end() ? nullptr : &found->second;
}

Worker* WorkerDirectory::find(const std::string& name) {
  for (auto& [instance, worker] : workers_) {
    if (worker.name == name) return &worker;
  }
  return nullptr;
}

bool WorkerDirectory::has_usable() const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const auto& entry) { return entry.second.usable(); });
}

bool WorkerDirectory::has_room() const {
  return std::any_of(workers_.begin(), workers_.end(), [](const auto& entry) {
    return entry.second.usable() && entry.second.load() < kFullWorker;
  });
}

Worker* WorkerDirectory::least_loaded(std::optional<WorkerInstance> except) {
  Worker* best = nullptr;
  for (auto& [instance, worker] : workers_) {
    if (!worker.usable() || instance == except) continue;
    if (best == nullptr || busier(*best, worker)) best = &worker;
  }
  return best;
}

Worker* WorkerDirectory::for_publisher(std::optional<WorkerInstance> avoid) {
  Worker* worker = least_loaded(avoid);
  return worker != nullptr ? worker : least_loaded(std::nullopt);
}

Worker* WorkerDirectory::for_receiver(WorkerInstance source) {
  Worker* near = find(source);
  if (near != nullptr && !near->usable()) near = nullptr;
  if (near != nullptr && mode_ == PlacementMode::kNear && near->load() < kLoadedWorker) return near;
  Worker* other = least_loaded(source);
  if (near == nullptr) return other;
  if (other == nullptr) return near;
  const bool lighter = load_step(other->load()) < load_step(near->load());
  return mode_ == PlacementMode::kSpread || lighter ? other : near;
}

void WorkerDirectory::take_statistics(Worker& worker, const ipc::Statistics& statistics,
                                      Timestamp now) {
  worker.rates = rates_between(worker.statistics, statistics,
                               worker.reported_at ? now - *worker.reported_at : TimeDelta::zero());
  worker.reported_at = now;
  worker.reported_load = statistics.cpu_load();
  if (worker.resting_reports > 0) --worker.resting_reports;
  // Transports placed last second are still shaking hands and carry nothing yet.
  worker.assumed_load /= 2;
  worker.statistics = statistics;
  worker.statistics.clear_up();
  worker.statistics.clear_down();
}

}  // namespace halcyon::signald
