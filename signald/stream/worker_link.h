#pragma once

#include "common/ids/strong_id.h"
#include "common/units/time.h"
#include "proto/media_to_signal.pb.h"
#include "proto/signal_to_media.pb.h"

namespace halcyon::signald {

/// One run of a worker process; random, chosen by the worker.
using WorkerInstance = StrongId<struct WorkerInstanceTag>;

/// Carries commands to a worker.
class WorkerLink {
 public:
  virtual ~WorkerLink() = default;
  /// Never calls back. A link that breaks reports so later, by WorkerObserver.
  virtual void send(const ipc::SignalToMedia& message) = 0;
};

/// Told of workers that come, speak and go, by whoever holds the connections.
class WorkerObserver {
 public:
  virtual ~WorkerObserver() = default;
  /// After a Hello of a version we speak. `link` is borrowed until worker_disconnected() or
  /// worker_lost(). The observer replies with Welcome, the state this instance should have, and
  /// StateComplete.
  virtual void worker_connected(const ipc::Hello& hello, WorkerLink& link, Timestamp now) = 0;
  virtual void worker_message(WorkerInstance instance, const ipc::MediaToSignal& message,
                              Timestamp now) = 0;
  /// The connection broke, but the process may live and connect again.
  virtual void worker_disconnected(WorkerInstance instance) = 0;
  /// The process is gone, or was silent for too long: what it carried is over.
  virtual void worker_lost(WorkerInstance instance, Timestamp now) = 0;
};

}  // namespace halcyon::signald
