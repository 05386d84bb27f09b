#pragma once

#include <map>
#include <utility>
#include <vector>

#include "common/random/random.h"
#include "signald/stream/ipc_commands.h"
#include "signald/stream/media_plane.h"
#include "signald/stream/worker_directory.h"

namespace halcyon::signald {

/// The relays between workers: one for each stream and each worker, other than the publisher's,
/// that sends it to receivers. A relay carries the tracks that some receiver there uses, and ends
/// with the last of them.
class RelayTable {
 public:
  /// Both are borrowed.
  RelayTable(WorkerDirectory& workers, RandomSource& random) : workers_(workers), random_(random) {}

  struct Route {
    UpStreamId stream;
    WorkerInstance source;  // the publisher's worker
    WorkerInstance sink;    // the receiver's
  };
  /// From now on this receiver uses exactly these tracks (their index is set here). No relay is
  /// needed when both sit on one worker.
  void use(DownStreamId user, const Route& route, std::vector<RelayedTrack> tracks);
  void release(DownStreamId user);

  /// The stream is over or has moved; its receivers have to begin again.
  void close_stream(UpStreamId stream);
  /// The worker is gone: relays from and to it end on the other side too.
  void worker_gone(WorkerInstance instance);
  /// Sends the worker the commands that make its relays.
  void repeat_state(Worker& worker);

  std::size_t size() const { return relays_.size(); }

 private:
  using Key = std::pair<UpStreamId, WorkerInstance>;  // stream and sink
  struct Relay {
    RelayId id;
    Route route;
    std::map<DownStreamId, std::vector<RelayedTrack>> users;
    std::vector<RelayedTrack> carried;
    std::uint32_t next_index = 0;
  };
  void update(const Key& key);
  static std::vector<RelayedTrack> wanted(Relay& relay);
  void send_open(const Relay& relay);
  void send_close(const Relay& relay);
  void send_to(WorkerInstance instance, const ipc::SignalToMedia& message);

  WorkerDirectory& workers_;
  RandomSource& random_;
  std::map<Key, Relay> relays_;
  std::map<DownStreamId, Key> used_by_;
};

}  // namespace halcyon::signald
