#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"
#include "signald/config/file_reader.h"

namespace halcyon::signald {

/// Writing of files, so that what depends on it can be tested without a disk. What a call has
/// returned from survives a crash of the machine.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  /// All or nothing. Directories that are missing are made. The stamp of the file always becomes
  /// another one, however quickly one change follows the other.
  virtual Result<void, FileError> replace(const std::string& path, std::string_view text) = 0;
  /// kMissing when there is no such file.
  virtual Result<void, FileError> remove(const std::string& path) = 0;
};

/// The files of this host; what it writes only its owner can read.
class DiskWriter final : public FileWriter {
 public:
  Result<void, FileError> replace(const std::string& path, std::string_view text) override;
  Result<void, FileError> remove(const std::string& path) override;
};

}  // namespace halcyon::signald
