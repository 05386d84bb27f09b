#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/ipc/ipc_connection.h"
#include "common/units/time.h"
#include "common/uv/loop.h"
#include "common/uv/timer.h"
#include "proto/media_to_signal.pb.h"
#include "proto/signal_to_media.pb.h"

namespace halcyon::mediad {

inline constexpr std::uint32_t kIpcProtocolVersion = 1;
/// Between attempts to reach signald: doubles from the first to the last.
inline constexpr TimeDelta kFirstReconnect = TimeDelta::millis(50);
inline constexpr TimeDelta kLastReconnect = TimeDelta::seconds(2);

/// The worker's end of the channel to signald: connects, says Hello, and connects again whenever
/// the connection is gone.
class IpcClient {
 public:
  struct Callbacks {
    /// For each connection anew.
    std::function<ipc::Hello()> make_hello;
    std::function<void(const ipc::SignalToMedia& command)> on_command;
    /// A connection that was made is gone.
    std::function<void(const std::string& reason)> on_lost;
    /// An attempt failed; another follows unless stop() is called.
    std::function<void(const std::string& reason)> on_unreachable;
  };
  IpcClient(uv::Loop& loop, std::string path, Callbacks callbacks);
  ~IpcClient();

  void connect();
  /// No further attempts; the connection that is stays.
  void stop();
  bool connected() const { return connection_ != nullptr; }
  /// Dropped while there is no connection: after the next Welcome the whole state is told again.
  void send(const ipc::MediaToSignal& event);
  /// Waiting to be written.
  std::size_t queued_bytes() const { return connection_ ? connection_->queued_bytes() : 0; }

 private:
  void on_connected(std::unique_ptr<uv::UnixStream> stream);
  void on_message(std::string_view message);
  void connect_later();

  uv::Loop& loop_;
  std::string path_;
  Callbacks callbacks_;
  TimeDelta pause_ = kFirstReconnect;
  bool stopped_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  uv::Timer reconnect_;
  std::unique_ptr<IpcConnection> connection_;
};

}  // namespace halcyon::mediad
