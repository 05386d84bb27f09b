#include "galenectl/terminal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "common/clock/clock.h"

namespace halcyon::galenectl {
namespace {

/// Turns echo off for as long as it lives.
class Silence {
 public:
  explicit Silence(int terminal)
      : terminal_(terminal), active_(tcgetattr(terminal, &before_) == 0) {
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (active_) tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (active_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool active_;
};

}  // namespace

ResultOr<std::string> ask_password(const std::string& prompt) {
  std::string line;
  if (isatty(STDIN_FILENO) == 0) {
    if (!std::getline(std::cin, line)) return fail("standard input is empty and no terminal");
    return line;
  }
  // Standard output may be a pipe that wants the answer only: the dialogue is the terminal's.
  const Silence silence(STDIN_FILENO);
  if (write(STDIN_FILENO, prompt.data(), prompt.size()) < 0) return fail(std::strerror(errno));
  const bool answered = static_cast<bool>(std::getline(std::cin, line));
  // The newline that was typed did not show.
  if (write(STDIN_FILENO, "\n", 1) < 0) return fail(std::strerror(errno));
  if (!answered) return fail("end of input");
  return line;
}

std::string read_standard_input() {
  return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

ResultOr<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::string();
    return fail(path + ": " + std::strerror(errno));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ResultOr<void> create_file(const std::string& path, const std::string& text, bool make_folder) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (make_folder && !folder.empty()) {
    const mode_t before = umask(0077);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    umask(before);
    if (error) return fail(error.message());
  }
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fail(std::strerror(errno));
  const ssize_t written = write(fd, text.data(), text.size());
  const bool complete = written == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const int error = errno;
  close(fd);
  if (complete) return {};
  unlink(path.c_str());
  return fail(std::strerror(error));
}

std::function<void(std::size_t done, std::size_t total)> progress_line() {
  if (isatty(STDERR_FILENO) == 0 || isatty(STDOUT_FILENO) != 0) return [](auto, auto) {};
  return [start = monotonic_now(), shown = false](std::size_t done, std::size_t total) mutable {
    constexpr auto kPatience = TimeDelta::seconds(1);
    if (done == total) {
      if (shown) std::cerr << "\r\x1b[K" << std::flush;
    } else if (monotonic_now() - start > kPatience) {
      std::cerr << "\r" << done << " of " << total << std::flush;
      shown = true;
    }
  };
}

}  // namespace halcyon::galenectl
