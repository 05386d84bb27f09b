#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "signald/http/file_root.h"

namespace halcyon::signald {

/// A longer list would be of no use to anybody; what is beyond it can still be had by its name.
inline constexpr std::size_t kMaxListedRecordings = 10'000;

struct RecordingFile {
  std::string name;
  FileFacts facts;
};

/// The recordings on disk: one directory a group. It is opened at each use, because it comes into
/// being with the first recording. Nothing outside it is ever opened or removed.
class RecordingFiles {
 public:
  explicit RecordingFiles(std::string directory) : directory_(std::move(directory)) {}

  /// `path` is relative to the root and decoded: a group's directory or a file in it.
  Result<OpenedFile, OpenError> open(std::string_view path) const;
  /// Regular files with names that are not hidden, in byte order.
  Result<std::vector<RecordingFile>, OpenError> list(std::string_view group) const;
  /// `name` must be one name, without slashes.
  Result<void, OpenError> remove(std::string_view group, const std::string& name) const;

 private:
  std::string directory_;
};

}  // namespace halcyon::signald
