#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/units/time.h"
#include "common/uv/loop.h"
#include "common/uv/process.h"
#include "signald/workers/worker_options.h"

namespace halcyon::signald {

/// The worker processes that this one starts: starts them again when they end, ever slower if they
/// end soon, and ends them at shutdown.
class WorkerProcesses {
 public:
  struct Callbacks {
    std::function<void(int pid)> exited;
    /// Whether a worker of that name is served already: one that outlived an earlier signald. Then
    /// none is started.
    std::function<bool(const std::string& name)> is_served;
  };
  /// `loop` is borrowed.
  WorkerProcesses(uv::Loop& loop, const WorkerPoolOptions& options, Callbacks callbacks);

  /// An error if the first of them cannot be started at all.
  ResultOr<void> start(Timestamp now);
  /// Does what is due.
  void check(Timestamp now);
  /// SIGTERM to all, and no more restarts.
  void terminate();
  /// SIGKILL to those that are left.
  void kill_all();

  bool owns(int pid) const;
  /// Ends a process of ours that does not do its work; it is started again.
  void kill(int pid, const std::string& reason);
  /// Our processes, with the time since when they run.
  struct Running {
    int pid = 0;
    std::string name;
    Timestamp since;
  };
  std::vector<Running> running() const;
  /// How often each of ours ended, by name.
  std::vector<std::pair<std::string, std::uint64_t>> restarts() const;

 private:
  struct Slot {
    unsigned index = 0;
    std::unique_ptr<uv::ChildProcess> process;
    Timestamp started;
    std::optional<Timestamp> due;  // when to start it
    int short_lives = 0;           // in a row
    std::uint64_t ends = 0;
  };
  std::vector<std::string> command_line(const Slot& slot) const;
  static std::string name_of(const Slot& slot) { return std::to_string(slot.index); }
  ResultOr<void> spawn(Slot& slot, Timestamp now);
  void schedule(Slot& slot, Timestamp now, TimeDelta lived);
  void on_exit(Slot& slot, int exit_status, int signal);

  uv::Loop& loop_;
  WorkerPoolOptions options_;
  Callbacks callbacks_;
  std::vector<Slot> slots_;
  bool terminating_ = false;
};

}  // namespace halcyon::signald
