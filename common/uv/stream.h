#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "common/result/error.h"
#include "common/uv/handle.h"
#include "common/uv/loop.h"

namespace halcyon::uv {

/// A connected Unix stream socket. May be destroyed at any moment, its own callbacks included.
class UnixStream {
 public:
  struct Callbacks {
    std::function<void(std::span<const std::uint8_t>)> on_data;
    /// Once, when the peer closed or an error ended the stream. Not after our own close.
    std::function<void(std::string reason)> on_closed;
  };

  /// Connects in the background; `done` gets the stream or the reason why not. Nothing is called
  /// after `loop` is gone.
  static void connect(Loop& loop, const std::string& path,
                      std::function<void(ResultOr<std::unique_ptr<UnixStream>>)> done);

  UnixStream(const UnixStream&) = delete;
  UnixStream& operator=(const UnixStream&) = delete;
  ~UnixStream();

  void start(Callbacks callbacks);
  /// Queues; what is queued is queued_bytes(). The caller bounds it.
  void write(std::string data);
  std::size_t queued_bytes() const;

 private:
  friend class UnixListener;
  struct State;
  explicit UnixStream(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

/// Accepts connections on a path of the file system. Removes a stale socket file first and its own
/// at the end; refuses to start when another process is listening there.
class UnixListener {
 public:
  static ResultOr<std::unique_ptr<UnixListener>> listen(
      Loop& loop, const std::string& path, unsigned mode,
      std::function<void(std::unique_ptr<UnixStream>)> on_connection);
  ~UnixListener();

 private:
  UnixListener(std::string path, std::function<void(std::unique_ptr<UnixStream>)> on_connection);
  std::string path_;
  std::function<void(std::unique_ptr<UnixStream>)> on_connection_;
  Handle<uv_pipe_t> handle_;
};

}  // namespace halcyon::uv
