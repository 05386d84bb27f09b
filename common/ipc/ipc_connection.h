#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/ipc/frame_codec.h"
#include "common/uv/stream.h"

namespace halcyon {

/// What may wait to be written to a worker or to signald. A full state of 10,000 transports is
/// about 4 MiB.
inline constexpr std::size_t kMaxIpcQueue = 64u << 20;

/// One end of the channel between signald and a worker: whole messages over a Unix stream socket.
/// When the queue grows beyond its bound or a frame is too long the connection ends with that
/// reason; nothing is dropped silently.
class IpcConnection {
 public:
  struct Callbacks {
    std::function<void(std::string_view message)> on_message;
    /// Once; the object may be destroyed from here.
    std::function<void(std::string reason)> on_closed;
  };
  IpcConnection(std::unique_ptr<uv::UnixStream> stream, Callbacks callbacks);

  /// Takes a serialised protobuf message.
  void send(std::string_view message);
  /// Waiting to be written.
  std::size_t queued_bytes() const { return stream_ ? stream_->queued_bytes() : 0; }
  /// Ends the connection from this side; on_closed gets the reason. For a peer that broke the
  /// protocol.
  void misbehaved(const std::string& reason);

 private:
  void on_data(std::span<const std::uint8_t> bytes);
  void end(std::string reason);

  Callbacks callbacks_;
  FrameReader reader_;
  // Tells a callback that it destroyed this object.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<uv::UnixStream> stream_;

 public:
  IpcConnection(const IpcConnection&) = delete;
  IpcConnection& operator=(const IpcConnection&) = delete;
  ~IpcConnection() { *alive_ = false; }
};

}  // namespace halcyon
