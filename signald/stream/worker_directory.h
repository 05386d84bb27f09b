#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signald/stream/stream_statistics.h"
#include "signald/stream/transport_description.h"
#include "signald/stream/worker_link.h"

namespace halcyon::signald {

/// Share of a core above which a publisher's worker gets no further receivers of its streams as
/// long as another worker has less to do.
inline constexpr double kLoadedWorker = 0.7;
/// Share of a core above which a worker has no time for further streams: packets begin to wait.
inline constexpr double kFullWorker = 0.95;
/// What a transport that was placed since the last statistics is assumed to add: a core carries
/// about 500 receivers of video.
inline constexpr double kAssumedLoadPerTransport = 0.002;

/// Statistics, one a second, that a worker which refused a transport is left alone.
inline constexpr int kReportsOfRest = 5;

enum class PlacementMode {
  kNear,    // receivers on the publisher's worker until that is loaded
  kSpread,  // receivers on another worker than the publisher's whenever there is one; for tests of
            // relays
};

/// A media worker as its Hello describes it, and how busy it is.
struct Worker {
  WorkerInstance instance;
  std::string name;
  std::uint32_t index = 0;
  std::uint32_t pid = 0;
  std::string version;
  WorkerLink* link = nullptr;  // borrowed; null while the connection is broken
  std::vector<sdp::Candidate> candidates;
  sdp::Fingerprint fingerprint;
  ipc::Endpoint relay;
  bool draining = false;
  int resting_reports = 0;       // it refused a transport: none is placed there for so many reports
  std::uint32_t transports = 0;  // placed there by us
  double reported_load = 0;      // share of a core
  double assumed_load = 0;       // of transports placed since
  ipc::Statistics statistics;    // the last ones, without those of tracks
  std::optional<Timestamp> reported_at;
  PacketRates rates;

  double load() const { return reported_load + assumed_load; }
  bool usable() const { return link != nullptr && !draining && resting_reports == 0; }
  void send(const ipc::SignalToMedia& message) {
    if (link != nullptr) link->send(message);
  }
};

/// The workers, and which of them a new transport goes to.
class WorkerDirectory {
 public:
  explicit WorkerDirectory(PlacementMode mode) : mode_(mode) {}

  Worker& add(const ipc::Hello& hello, WorkerLink& link);
  void remove(WorkerInstance instance);
  /// Null if unknown. Pointers stay valid until that worker is removed.
  Worker* find(WorkerInstance instance);
  const Worker* find(WorkerInstance instance) const;
  Worker* find(const std::string& name);
  bool has_usable() const;
  /// Whether one of those is not full.
  bool has_room() const;
  const std::map<WorkerInstance, Worker>& all() const { return workers_; }

  /// For a publisher: the usable worker with the least to do, another one than `avoid` if possible.
  /// Null without one.
  Worker* for_publisher(std::optional<WorkerInstance> avoid = std::nullopt);
  /// For a receiver of something that `source` carries.
  Worker* for_receiver(WorkerInstance source);

  void take_statistics(Worker& worker, const ipc::Statistics& statistics, Timestamp now);

 private:
  Worker* least_loaded(std::optional<WorkerInstance> except);
  std::uint32_t index_for(const std::string& name);

  PlacementMode mode_;
  std::map<WorkerInstance, Worker> workers_;
  std::map<std::string, std::uint32_t> indices_;  // a name keeps its number
};

/// The candidates of a worker as descriptions show them: UDP before TCP, in the order of its Hello.
std::vector<sdp::Candidate> worker_candidates(const ipc::Hello& hello);

}  // namespace halcyon::signald
