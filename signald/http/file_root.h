#pragma once

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "signald/http/conditional.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

struct OpenedFile {
  std::shared_ptr<FileHandle> handle;
  FileFacts facts;
  bool is_directory = false;
};

enum class OpenError {
  kNotFound,    // nothing there that may be served, links that lead out of the root included
  kUnreadable,  // there, but we may not read it, or the disk failed
};

/// What the kernel says of a file.
FileFacts facts_of(const struct stat& status);

/// A directory below which files are opened, and never anything outside: the kernel resolves each
/// path beneath it (openat2), or, where it cannot, we do it name by name without following links.
class FileRoot {
 public:
  /// `what` names the directory in errors, e.g. "static files".
  static ResultOr<std::unique_ptr<FileRoot>> open(const std::string& directory,
                                                  std::string_view what);

  /// `path` is decoded; see path_segments(). Regular files and directories only.
  Result<OpenedFile, OpenError> open_file(std::string_view path) const;

 private:
  explicit FileRoot(int fd) : root_(fd) {}
  Result<OpenedFile, OpenError> inspect(int fd) const;

  FileHandle root_;
};

}  // namespace halcyon::signald
