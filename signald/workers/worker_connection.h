#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/ipc/ipc_connection.h"
#include "common/units/time.h"
#include "signald/stream/worker_link.h"

namespace halcyon::signald {

/// One worker's connection. It is never destroyed by what happens on it: it only ends, says so, and
/// is swept up later, so that whoever sends a command is safe from callbacks.
class WorkerConnection final : public WorkerLink {
 public:
  struct Callbacks {
    std::function<void(const ipc::MediaToSignal&)> on_message;
    std::function<void()> on_ended;  // at most once; must not destroy the connection
  };
  WorkerConnection(std::unique_ptr<uv::UnixStream> stream, Timestamp now, Callbacks callbacks);

  void send(const ipc::SignalToMedia& message) override;
  /// Ends it from this side.
  void end(const std::string& reason);

  /// Commands that wait to be written.
  std::size_t queued_bytes() const { return ipc_.queued_bytes(); }
  bool ended() const { return ended_.has_value(); }
  /// Why it ended.
  const std::string& reason() const { return *ended_; }
  Timestamp last_heard() const { return last_heard_; }
  /// What the worker said of itself; none before its Hello was accepted.
  std::optional<ipc::Hello> hello;
  /// There is no use in waiting for the worker to come back.
  bool taken_for_dead = false;

 private:
  void on_frame(std::string_view frame);
  void on_closed(std::string reason);

  Callbacks callbacks_;
  Timestamp last_heard_;
  std::string own_reason_;  // when this side ends it
  std::optional<std::string> ended_;
  IpcConnection ipc_;
};

/// Why a Hello cannot be accepted; none if it can.
std::optional<std::string> hello_fault(const ipc::Hello& hello);

}  // namespace halcyon::signald
