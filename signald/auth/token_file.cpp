#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "signald/auth/token_storage.h"

namespace halcyon::signald {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

TokenFile::TokenFile(std::string path)
    : path_(std::move(path)), directory_(std::filesystem::path(path_).parent_path().string()) {
  if (directory_.empty()) {
    directory_ = ".";
  }
}

tl::unexpected<Error> TokenFile::failure(const char* what) const {
  return fail(path_ + ": " + what + ": " + std::strerror(errno));
}

ResultOr<std::optional<TokenStorage::Stamp>> TokenFile::stamp() {
  struct stat info = {};
  if (::stat(path_.c_str(), &info) != 0) {
    if (errno == ENOENT) {
      return std::nullopt;
    }
    return failure("cannot be looked at");
  }
  return Stamp{static_cast<std::uint64_t>(info.st_size),
               std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

ResultOr<std::string> TokenFile::read() {
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) {
      return std::string();
    }
    return failure("cannot be opened");
  }
  std::string out;
  char buffer[16384];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return failure("cannot be read");
    }
    if (count == 0) {
      return out;
    }
    out.append(buffer, static_cast<std::size_t>(count));
    if (out.size() > kMaxBytes) {
      return fail(path_ + " is larger than " + std::to_string(kMaxBytes) + " bytes");
    }
  }
}

ResultOr<void> TokenFile::make_directory() const {
  std::filesystem::path made;
  for (const auto& part : std::filesystem::path(directory_)) {
    const std::string parent = made.empty() ? "." : made.string();
    made /= part;
    if (made.empty()) {
      continue;
    }
    if (::mkdir(made.c_str(), 0700) == 0) {
      if (auto synced = sync_directory(parent); !synced) {
        return synced;
      }
    } else if (errno != EEXIST) {
      return failure("the directory cannot be made");
    }
  }
  return {};
}

ResultOr<void> TokenFile::sync_directory(const std::string& path) const {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) {
    return failure("the directory cannot be synchronised");
  }
  return {};
}

ResultOr<void> TokenFile::append(std::string_view text) {
  const auto before = stamp();
  if (!before) {
    return fail(before.error().message);
  }
  const bool is_new = !before->has_value();
  if (is_new) {
    if (auto made = make_directory(); !made) {
      return made;
    }
  }
  const Descriptor file(
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!file) {
    return failure("cannot be opened");
  }
  if (!write_all(file.get(), text) || ::fsync(file.get()) != 0) {
    const auto error = failure("cannot be written");
    // What is there of the line would spoil the next one.
    const std::uint64_t size = is_new ? 0 : (*before)->size;
    if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
      return fail(error.value().message + "; half a line may be left");
    }
    return error;
  }
  return is_new ? sync_directory(directory_) : ResultOr<void>();
}

ResultOr<void> TokenFile::replace(std::string_view text) {
  if (text.empty()) {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) {
      return failure("cannot be removed");
    }
    return sync_directory(directory_);
  }
  if (auto made = make_directory(); !made) {
    return made;
  }
  // Always the same name, so that what a crash leaves behind goes with the next change.
  const std::string temporary = path_ + ".temp";
  (void)::unlink(temporary.c_str());
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) {
    return failure("a temporary file cannot be made");
  }
  const bool written = write_all(file.get(), text) && ::fsync(file.get()) == 0 &&
                       ::rename(temporary.c_str(), path_.c_str()) == 0;
  if (!written) {
    const auto error = failure("cannot be written");
    (void)::unlink(temporary.c_str());
    return error;
  }
  return sync_directory(directory_);
}

}  // namespace halcyon::signald
