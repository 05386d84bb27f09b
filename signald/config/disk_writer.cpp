#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "common/descriptor/descriptor.h"
#include "signald/config/file_writer.h"

namespace halcyon::signald {
namespace {

using Done = Result<void, FileError>;

tl::unexpected<FileError> failure() {
  const auto kind = errno == ENOENT ? FileError::Kind::kMissing : FileError::Kind::kOther;
  return tl::unexpected<FileError>({kind, std::strerror(errno)});
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// A file's name is on the disk when its directory is.
Done sync_directory(const std::string& directory) {
  const Descriptor open(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!open || ::fsync(open.get()) != 0) return failure();
  return {};
}

/// With its parents.
Done make_directory(const std::string& directory) {
  struct stat info = {};
  if (::stat(directory.c_str(), &info) == 0) return {};
  const std::string parent = directory_of(directory);
  if (parent != directory) {
    if (auto made = make_directory(parent); !made) return made;
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return failure();
  return sync_directory(parent);
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::int64_t mtime_of(const struct stat& info) {
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

/// The clock of a file system ticks every few milliseconds: a second change within one tick would
/// go unnoticed.
bool make_newer(int fd, const std::string& replaced) {
  struct stat old = {};
  struct stat fresh = {};
  if (::stat(replaced.c_str(), &old) != 0) return true;
  if (::fstat(fd, &fresh) != 0) return false;
  if (mtime_of(fresh) > mtime_of(old)) return true;
  const std::int64_t next = mtime_of(old) + 1;
  const timespec times[2] = {
      {0, UTIME_OMIT},
      {static_cast<time_t>(next / 1'000'000'000), static_cast<long>(next % 1'000'000'000)}};
  return ::futimens(fd, times) == 0;
}

}  // namespace

Done DiskWriter::replace(const std::string& path, std::string_view text) {
  const std::string directory = directory_of(path);
  if (auto made = make_directory(directory); !made) return made;
  constexpr std::string_view kSuffix = ".temp";
  std::string temporary = directory + "/XXXXXX" + std::string(kSuffix);
  const Descriptor file(::mkostemps(temporary.data(), static_cast<int>(kSuffix.size()), O_CLOEXEC));
  if (!file) return failure();
  const bool replaced = write_all(file.get(), text) && make_newer(file.get(), path) &&
                        ::fsync(file.get()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!replaced) {
    auto error = failure();
    (void)::unlink(temporary.c_str());
    return error;
  }
  return sync_directory(directory);
}

Done DiskWriter::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failure();
  return sync_directory(directory_of(path));
}

}  // namespace halcyon::signald
