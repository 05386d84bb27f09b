#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/descriptor/descriptor.h"
#include "signald/config/file_reader.h"

namespace halcyon::signald {

namespace {

FileError error_of(int code) {
  // A name longer than the file system takes names no file there is, nor does one below a file:
  // people may ask for as many of those as they like, and none is worth a line in the log.
  const bool missing = code == ENOENT || code == ENAMETOOLONG || code == ENOTDIR;
  return {missing ? FileError::Kind::kMissing : FileError::Kind::kOther, std::strerror(code)};
}

}  // namespace

Result<FileStamp, FileError> DiskFiles::stat(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) {
    return unexpected<FileError>(error_of(errno));
  }
  FileStamp stamp;
  stamp.path = path;
  stamp.size = static_cast<std::uint64_t>(info.st_size);
  stamp.mtime_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  return stamp;
}

Result<std::string, FileError> DiskFiles::read(const std::string& path, std::size_t limit) {
  // Without O_NONBLOCK a FIFO in the place of a file would stop the whole program.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    return unexpected<FileError>(error_of(errno));
  }
  std::string out;
  char buffer[16384];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return unexpected<FileError>({FileError::Kind::kOther, std::strerror(errno)});
    }
    if (count == 0) {
      return out;
    }
    out.append(buffer, static_cast<std::size_t>(count));
    if (out.size() > limit) {
      return unexpected<FileError>(
          {FileError::Kind::kOther, "larger than " + std::to_string(limit) + " bytes"});
    }
  }
}

std::vector<DirectoryEntry> DiskFiles::list(const std::string& path) {
  std::vector<DirectoryEntry> out;
  std::error_code error;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code unknown_type;
    const bool is_directory = it->is_directory(unknown_type) && !it->is_symlink(unknown_type);
    out.push_back({it->path().filename().string(), is_directory});
  }
  std::sort(out.begin(), out.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return out;
}

}  // namespace halcyon::signald
