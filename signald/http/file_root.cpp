#include "signald/http/file_root.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

// O_NONBLOCK: a FIFO among the files must not stop us; it is refused once open.
constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

int open_name_by_name(int root, const std::vector<std::string>& segments) {
  int directory = ::openat(root, ".", kFlags | O_DIRECTORY);
  for (const std::string& name : segments) {
    if (directory < 0) return -1;
    const int next = ::openat(directory, name.c_str(), kFlags | O_NOFOLLOW);
    const int saved = errno;
    ::close(directory);
    errno = saved;
    directory = next;
  }
  return directory;
}

int open_beneath(int root, const std::vector<std::string>& segments) {
  std::string path;
  for (const std::string& s : segments) {
    if (!path.empty()) path += '/';
    path += s;
  }
  open_how how{};
  how.flags = kFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd =
      ::syscall(SYS_openat2, root, path.empty() ? "." : path.c_str(), &how, sizeof(how));
  // An old kernel, or a container whose filter does not know the call.
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return open_name_by_name(root, segments);
  return static_cast<int>(fd);
}

OpenError error_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case EXDEV:  // the link leads out of the root
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:  // a socket
      return OpenError::kNotFound;
    default:
      return OpenError::kUnreadable;
  }
}

}  // namespace

FileFacts facts_of(const struct stat& status) {
  const auto seconds = static_cast<std::int64_t>(status.st_mtim.tv_sec);
  return {static_cast<std::uint64_t>(status.st_size),
          seconds * 1'000'000'000 + status.st_mtim.tv_nsec};
}

ResultOr<std::unique_ptr<FileRoot>> FileRoot::open(const std::string& directory,
                                                   std::string_view what) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return fail("cannot open the directory of " + std::string(what) + " " + directory + ": " +
                std::strerror(errno));
  }
  return std::unique_ptr<FileRoot>(new FileRoot(fd));
}

Result<OpenedFile, OpenError> FileRoot::open_file(std::string_view path) const {
  const auto segments = path_segments(path);
  if (!segments) return make_unexpected(OpenError::kNotFound);
  const int fd = open_beneath(root_.fd(), *segments);
  if (fd < 0) return make_unexpected(error_of(errno));
  auto opened = inspect(fd);
  // "style.css/" is not a file: a final slash asks for a directory.
  if (opened && !opened->is_directory && path.ends_with('/')) {
    return make_unexpected(OpenError::kNotFound);
  }
  return opened;
}

Result<OpenedFile, OpenError> FileRoot::inspect(int fd) const {
  OpenedFile file;
  file.handle = std::make_shared<FileHandle>(fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return make_unexpected(OpenError::kUnreadable);
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    return make_unexpected(OpenError::kNotFound);
  }
  file.is_directory = S_ISDIR(status.st_mode);
  file.facts = facts_of(status);
  return file;
}

}  // namespace halcyon::signald
