#include "common/uv/stream.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/check/check.h"

namespace halcyon::uv {

/// Shared between the stream object and libuv's requests in flight: it lives until both have let
/// go.
struct UnixStream::State {
  uv_pipe_t pipe;
  Callbacks callbacks;
  std::array<char, 65536> read_buffer;
  std::shared_ptr<State> self;  // held while the uv handle is open
  bool closing = false;

  void close() {
    if (closing) return;
    closing = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&pipe),
             [](uv_handle_t* handle) { static_cast<State*>(handle->data)->self.reset(); });
  }
  void end(const std::string& reason) {
    if (closing) return;
    close();
    // The callback may destroy the stream: move the function out first.
    const auto on_closed = std::move(callbacks.on_closed);
    callbacks = {};
    if (on_closed) on_closed(reason);
  }
};

namespace {

struct WriteRequest {
  uv_write_t request;
  std::string data;
};

}  // namespace

UnixStream::UnixStream(std::shared_ptr<State> state) : state_(std::move(state)) {}

UnixStream::~UnixStream() {
  state_->callbacks = {};
  state_->close();
}

void UnixStream::start(Callbacks callbacks) {
  state_->callbacks = std::move(callbacks);
  const auto on_alloc = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    auto& memory = static_cast<State*>(handle->data)->read_buffer;
    *buffer = uv_buf_init(memory.data(), memory.size());
  };
  const auto on_read = [](uv_stream_t* stream, ssize_t n, const uv_buf_t* buffer) {
    const auto state = static_cast<State*>(stream->data)->self;
    if (n == 0 || state->closing) return;
    if (n < 0) {
      state->end(n == UV_EOF ? "closed by the other side" : uv_strerror(static_cast<int>(n)));
      return;
    }
    const auto on_data = state->callbacks.on_data;
    if (on_data) {
      on_data({reinterpret_cast<const std::uint8_t*>(buffer->base), static_cast<std::size_t>(n)});
    }
  };
  uv_read_start(reinterpret_cast<uv_stream_t*>(&state_->pipe), on_alloc, on_read);
}

void UnixStream::write(std::string data) {
  if (state_->closing) return;
  auto* request = new WriteRequest{{}, std::move(data)};
  request->request.data = request;
  const uv_buf_t buffer =
      uv_buf_init(request->data.data(), static_cast<unsigned>(request->data.size()));
  const auto on_written = [](uv_write_t* r, int status) {
    const std::unique_ptr<WriteRequest> done(static_cast<WriteRequest*>(r->data));
    if (status < 0 && status != UV_ECANCELED) {
      static_cast<State*>(r->handle->data)->end(uv_strerror(status));
    }
  };
  const int status = uv_write(&request->request, reinterpret_cast<uv_stream_t*>(&state_->pipe),
                              &buffer, 1, on_written);
  if (status < 0) delete request;  // the read side reports the same failure
}

std::size_t UnixStream::queued_bytes() const {
  return uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&state_->pipe));
}

void UnixStream::connect(Loop& loop, const std::string& path,
                         std::function<void(ResultOr<std::unique_ptr<UnixStream>>)> done) {
  struct ConnectRequest {
    uv_connect_t request;
    std::shared_ptr<State> state;
    std::function<void(ResultOr<std::unique_ptr<UnixStream>>)> done;
  };
  auto* pending = new ConnectRequest{{}, std::make_shared<State>(), std::move(done)};
  check(uv_pipe_init(loop.raw(), &pending->state->pipe, 0) == 0);
  pending->state->pipe.data = pending->state.get();
  pending->state->self = pending->state;
  pending->request.data = pending;
  uv_pipe_connect(&pending->request, &pending->state->pipe, path.c_str(),
                  [](uv_connect_t* r, int status) {
                    const std::unique_ptr<ConnectRequest> p(static_cast<ConnectRequest*>(r->data));
                    if (status == UV_ECANCELED) return;
                    std::unique_ptr<UnixStream> stream(new UnixStream(p->state));
                    if (status < 0) {
                      p->done(fail(uv_strerror(status)));
                    } else {
                      p->done(std::move(stream));
                    }
                  });
}

namespace {

bool somebody_listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool connected =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

}  // namespace

UnixListener::UnixListener(std::string path,
                           std::function<void(std::unique_ptr<UnixStream>)> on_connection)
    : path_(std::move(path)), on_connection_(std::move(on_connection)), handle_(this) {}

UnixListener::~UnixListener() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

ResultOr<std::unique_ptr<UnixListener>> UnixListener::listen(
    Loop& loop, const std::string& path, unsigned mode,
    std::function<void(std::unique_ptr<UnixStream>)> on_connection) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail("socket path " + path + " is longer than the " +
                std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes the system allows");
  }
  if (somebody_listens(path)) return fail("another process is listening on " + path);
  ::unlink(path.c_str());
  // Not usable by others between bind and chmod: uv binds without a mode, so the umask has to do
  // it.
  const mode_t before = ::umask(static_cast<mode_t>(~mode & 0777));
  std::unique_ptr<UnixListener> listener(new UnixListener("", std::move(on_connection)));
  check(uv_pipe_init(loop.raw(), listener->handle_.get(), 0) == 0);
  int status = uv_pipe_bind(listener->handle_.get(), path.c_str());
  ::umask(before);
  if (status < 0) return fail("cannot bind " + path + ": " + uv_strerror(status));
  listener->path_ = path;
  status = uv_listen(reinterpret_cast<uv_stream_t*>(listener->handle_.get()), 64,
                     [](uv_stream_t* server, int s) {
                       auto* self = static_cast<UnixListener*>(server->data);
                       if (s < 0 || self == nullptr) return;
                       auto state = std::make_shared<UnixStream::State>();
                       check(uv_pipe_init(server->loop, &state->pipe, 0) == 0);
                       state->pipe.data = state.get();
                       state->self = state;
                       std::unique_ptr<UnixStream> stream(new UnixStream(state));
                       if (uv_accept(server, reinterpret_cast<uv_stream_t*>(&state->pipe)) == 0) {
                         self->on_connection_(std::move(stream));
                       }
                     });
  if (status < 0) return fail("cannot listen on " + path + ": " + uv_strerror(status));
  return listener;
}

}  // namespace halcyon::uv
