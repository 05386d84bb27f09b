#include "common/uv/process.h"

#include <unistd.h>

#include <csignal>

namespace halcyon::uv {

ChildProcess::ChildProcess(Callbacks callbacks) : callbacks_(std::move(callbacks)), handle_(this) {}

ResultOr<std::unique_ptr<ChildProcess>> ChildProcess::spawn(
    Loop& loop, const std::vector<std::string>& arguments,
    std::function<void(int exit_status, int signal)> exited) {
  return spawn(loop, arguments, Callbacks{std::move(exited), {}});
}

ResultOr<std::unique_ptr<ChildProcess>> ChildProcess::spawn(
    Loop& loop, const std::vector<std::string>& arguments, Callbacks callbacks) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);

  std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(callbacks)));
  int output = STDERR_FILENO;
  if (child->callbacks_.output) {
    const auto end = child->open_output(loop);
    if (!end) return tl::unexpected(end.error());
    output = *end;
  }
  uv_stdio_container_t stdio[3];
  stdio[0].flags = UV_IGNORE;
  stdio[1].flags = UV_INHERIT_FD;
  stdio[1].data.fd = output;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = output;
  uv_process_options_t options{};
  options.file = argv[0];
  options.args = argv.data();
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
    auto* self = static_cast<ChildProcess*>(process->data);
    if (self == nullptr) return;
    self->running_ = false;
    const auto callback = self->callbacks_.exited;
    callback(static_cast<int>(status), signal);
  };
  const int status = uv_spawn(loop.raw(), child->handle_.get(), &options);
  if (output != STDERR_FILENO) ::close(output);
  if (status < 0) return fail("cannot start " + arguments.front() + ": " + uv_strerror(status));
  child->running_ = true;
  if (child->output_) child->read_output();
  return child;
}

ResultOr<int> ChildProcess::open_output(Loop& loop) {
  uv_file ends[2];
  const int status = uv_pipe(ends, UV_NONBLOCK_PIPE, 0);
  if (status < 0) return fail(std::string("cannot make a pipe: ") + uv_strerror(status));
  output_.emplace(this);
  uv_pipe_init(loop.raw(), output_->get(), 0);
  uv_pipe_open(output_->get(), ends[0]);
  return ends[1];
}

void ChildProcess::read_output() {
  const auto on_alloc = [](uv_handle_t*, std::size_t, uv_buf_t* buffer) {
    // One loop, one thread, and the callback is done with it before the next read.
    static thread_local char memory[4096];
    *buffer = uv_buf_init(memory, sizeof memory);
  };
  const auto on_read = [](uv_stream_t* stream, ssize_t n, const uv_buf_t* buffer) {
    auto* self = static_cast<ChildProcess*>(stream->data);
    if (n == 0 || self == nullptr) return;
    if (n < 0) {
      uv_read_stop(stream);
      return;
    }
    const auto callback = self->callbacks_.output;
    callback({buffer->base, static_cast<std::size_t>(n)});
  };
  uv_read_start(reinterpret_cast<uv_stream_t*>(output_->get()), on_alloc, on_read);
}

int ChildProcess::pid() const { return handle_.get()->pid; }

void ChildProcess::kill(int signal) {
  if (running_) uv_process_kill(handle_.get(), signal);
}

}  // namespace halcyon::uv
