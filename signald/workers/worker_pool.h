#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>

#include "common/result/error.h"
#include "common/uv/loop.h"
#include "common/uv/stream.h"
#include "common/uv/timer.h"
#include "signald/stream/worker_link.h"
#include "signald/workers/worker_connection.h"
#include "signald/workers/worker_options.h"
#include "signald/workers/worker_processes.h"
#include "signald/workers/worker_supervision.h"

namespace halcyon::signald {

/// The media workers of this host: starts those that are ours, accepts connections of all, watches
/// that they live, and tells the media plane.
class WorkerPool {
 public:
  /// Both are borrowed and must live longer.
  WorkerPool(uv::Loop& loop, WorkerObserver& plane, const WorkerPoolOptions& options);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Listens and starts workers; those connect once the loop runs.
  ResultOr<void> start();
  /// Disconnects all and ends those that are ours; `done` is called on the loop when they are gone.
  /// The plane is told nothing more.
  void stop(std::function<void()> done);

  std::size_t connected() const;  // workers that have introduced themselves
  /// By name: of all workers that are connected or ours.
  std::map<std::string, WorkerSupervision> supervision() const;
  std::size_t started() const { return processes_.running().size(); }

 private:
  using Connections = std::list<std::unique_ptr<WorkerConnection>>;

  void accept(std::unique_ptr<uv::UnixStream> stream);
  void on_message(WorkerConnection& connection, const ipc::MediaToSignal& message);
  void introduce(WorkerConnection& connection, const ipc::Hello& hello);
  void on_exited(int pid);
  /// Clears away what has ended, outside of every callback.
  void sweep();
  void disconnected(const WorkerConnection& connection);
  void check();
  bool was_held_up(Timestamp now);
  void check_connections(Timestamp now);
  void check_absent(Timestamp now);
  void check_unconnected(Timestamp now);
  void finish_stop();
  WorkerConnection* find(const std::string& name);
  static WorkerInstance instance_of(const WorkerConnection& connection);

  uv::Loop& loop_;
  WorkerObserver& plane_;
  WorkerPoolOptions options_;
  std::unique_ptr<uv::UnixListener> listener_;
  Connections connections_;
  /// Workers whose connection broke, and until when they may come back.
  struct Absent {
    std::string name;
    int pid = 0;
    Timestamp until;
  };
  std::map<WorkerInstance, Absent> absent_;
  std::map<int, Timestamp> last_connected_;  // our processes, by pid
  WorkerProcesses processes_;
  Timestamp last_check_;
  std::function<void()> stopped_;
  uv::Timer check_timer_;
  uv::Timer sweep_timer_;
  uv::Timer kill_timer_;
};

}  // namespace halcyon::signald
