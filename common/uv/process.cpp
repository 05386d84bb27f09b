#include "common/uv/process.h"

#include <csignal>

namespace halcyon::uv {

ChildProcess::ChildProcess(std::function<void(int, int)> exited)
    : exited_(std::move(exited)), handle_(this) {}

ResultOr<std::unique_ptr<ChildProcess>> ChildProcess::spawn(
    Loop& loop, const std::vector<std::string>& arguments,
    std::function<void(int exit_status, int signal)> exited) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);

  std::unique_ptr<ChildProcess> child(new ChildProcess(std::move(exited)));
  uv_stdio_container_t stdio[3];
  stdio[0].flags = UV_IGNORE;
  stdio[1].flags = UV_INHERIT_FD;
  stdio[1].data.fd = 2;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  uv_process_options_t options{};
  options.file = argv[0];
  options.args = argv.data();
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
    auto* self = static_cast<ChildProcess*>(process->data);
    if (self == nullptr) return;
    self->running_ = false;
    const auto callback = self->exited_;
    callback(static_cast<int>(status), signal);
  };
  const int status = uv_spawn(loop.raw(), child->handle_.get(), &options);
  if (status < 0) return fail("cannot start " + arguments.front() + ": " + uv_strerror(status));
  child->running_ = true;
  return child;
}

int ChildProcess::pid() const { return handle_.get()->pid; }

void ChildProcess::kill(int signal) {
  if (running_) uv_process_kill(handle_.get(), signal);
}

}  // namespace halcyon::uv
