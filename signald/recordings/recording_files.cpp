#include "signald/recordings/recording_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace halcyon::signald {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::optional<RecordingFile> look_at(int directory, const char* name) {
  struct stat status {};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return RecordingFile{name, facts_of(status)};
}

}  // namespace

Result<OpenedFile, OpenError> RecordingFiles::open(std::string_view path) const {
  const auto root = FileRoot::open(directory_, "recordings");
  if (!root) return make_unexpected(OpenError::kNotFound);
  return (*root)->open_file(path);
}

Result<std::vector<RecordingFile>, OpenError> RecordingFiles::list(std::string_view group) const {
  const auto opened = open(group);
  if (!opened) return make_unexpected(opened.error());
  if (!opened->is_directory) return make_unexpected(OpenError::kNotFound);
  const int fd = ::openat(opened->handle->fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return make_unexpected(OpenError::kUnreadable);
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(fd));
  if (directory == nullptr) {
    ::close(fd);
    return make_unexpected(OpenError::kUnreadable);
  }
  std::vector<RecordingFile> files;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    if (auto file = look_at(fd, entry->d_name)) files.push_back(std::move(*file));
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  if (files.size() > kMaxListedRecordings) files.resize(kMaxListedRecordings);
  return files;
}

Result<void, OpenError> RecordingFiles::remove(std::string_view group,
                                               const std::string& name) const {
  const auto opened = open(group);
  if (!opened) return make_unexpected(opened.error());
  if (!opened->is_directory || !look_at(opened->handle->fd(), name.c_str())) {
    return make_unexpected(OpenError::kNotFound);
  }
  if (::unlinkat(opened->handle->fd(), name.c_str(), 0) == 0) return {};
  return make_unexpected(errno == ENOENT ? OpenError::kNotFound : OpenError::kUnreadable);
}

}  // namespace halcyon::signald
