#include "signald/stream/worker_media_plane.h"

#include <spdlog/spdlog.h>

#include "common/check/check.h"
#include "signald/sdp/candidate.h"

namespace halcyon::signald {
namespace {

// RFC 8839 5.4 asks for 4 and 22 characters at least. A worker tells its transports apart by the
// ufrag, which hence must not repeat: 16 characters are 96 random bits.
constexpr std::size_t kUfragSize = 16;
constexpr std::size_t kPwdSize = 24;

template <class Map, class Id>
auto* find_in(Map& map, Id id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

WorkerMediaPlane::WorkerMediaPlane(const Options& options, RandomSource& random)
    : random_(random),
      instance_(random.u64()),
      workers_(options.placement),
      relays_(workers_, random) {}

UpStream* WorkerMediaPlane::find_up(UpStreamId id) { return find_in(ups_, id); }
const UpStream* WorkerMediaPlane::find_up(UpStreamId id) const { return find_in(ups_, id); }
DownStream* WorkerMediaPlane::find_down(DownStreamId id) { return find_in(downs_, id); }

UpStream* WorkerMediaPlane::up_of(TransportId transport) {
  const auto* id = find_in(up_transports_, transport);
  return id == nullptr ? nullptr : find_up(*id);
}

DownStream* WorkerMediaPlane::down_of(TransportId transport) {
  const auto* id = find_in(down_transports_, transport);
  return id == nullptr ? nullptr : find_down(*id);
}

Worker* WorkerMediaPlane::worker_of(const Placement& place) {
  return place.worker ? workers_.find(*place.worker) : nullptr;
}

void WorkerMediaPlane::send(const Placement& place, const ipc::SignalToMedia& message) {
  if (Worker* worker = worker_of(place)) worker->send(message);
}

sdp::IceCredentials WorkerMediaPlane::new_credentials() {
  sdp::IceCredentials credentials;
  credentials.ufrag = random_.ice_chars(kUfragSize);
  credentials.pwd = random_.ice_chars(kPwdSize);
  return credentials;
}

LocalTransport WorkerMediaPlane::place_on(Worker& worker, Placement& place) {
  place.worker = worker.instance;
  place.transport = TransportId(random_.u64());
  place.stranded = false;
  place.told = false;
  ++worker.transports;
  worker.assumed_load += kAssumedLoadPerTransport;
  LocalTransport local{new_credentials(), worker.fingerprint, worker.candidates};
  worker.send(open_transport(place.transport, local.ice));
  return local;
}

void WorkerMediaPlane::leave(Placement& place) {
  up_transports_.erase(place.transport);
  down_transports_.erase(place.transport);
  if (Worker* worker = worker_of(place)) {
    worker->send(close_transport(place.transport));
    check(worker->transports > 0);
    --worker->transports;
  }
  place.worker.reset();
}

bool WorkerMediaPlane::accept_candidate(std::string_view candidate) const {
  return candidate.empty() || sdp::parse_candidate(candidate).has_value();
}

std::vector<TrackStatistics> WorkerMediaPlane::up_statistics(UpStreamId id) const {
  std::vector<TrackStatistics> statistics;
  const UpStream* up = find_up(id);
  if (up == nullptr) return statistics;
  for (const UpTrackInfo& info : started_tracks(id)) {
    TrackStatistics track = up->find(info.id)->statistics;
    track.track = info.id;
    track.kind = info.kind;
    statistics.push_back(track);
  }
  return statistics;
}

std::vector<TrackStatistics> WorkerMediaPlane::down_statistics(DownStreamId id) const {
  std::vector<TrackStatistics> statistics;
  const DownStream* down = find_in(downs_, id);
  if (down == nullptr) return statistics;
  for (const DownTrack& running : down->negotiation.running()) {
    const TrackStatistics* reported = find_in(down->statistics, running.id);
    TrackStatistics track = reported == nullptr ? TrackStatistics() : *reported;
    track.track = running.source.id;
    track.kind = running.source.kind;
    statistics.push_back(track);
  }
  return statistics;
}

std::vector<WorkerStatistics> WorkerMediaPlane::worker_statistics() const {
  std::vector<WorkerStatistics> statistics;
  for (const auto& [instance, worker] : workers_.all()) {
    WorkerStatistics s;
    s.name = worker.name;
    s.index = worker.index;
    s.pid = worker.pid;
    s.version = worker.version;
    s.connected = worker.link != nullptr;
    s.draining = worker.draining;
    s.transports = worker.transports;
    s.cpu_load = worker.reported_load;
    s.rates = worker.rates;
    s.reported = worker.statistics;
    for (const auto& [reason, count] : worker.statistics.drops())
      s.drops.emplace_back(reason, count);
    std::sort(s.drops.begin(), s.drops.end());
    statistics.push_back(std::move(s));
  }
  std::sort(statistics.begin(), statistics.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  return statistics;
}

}  // namespace halcyon::signald
