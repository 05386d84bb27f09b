#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result/result.h"

namespace halcyon::signald {

/// Tells whether a file has changed: name, size and time of the last modification.
struct FileStamp {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;  // since 1970
  bool operator==(const FileStamp&) const = default;
};

struct FileError {
  enum class Kind { kMissing, kOther };
  Kind kind = Kind::kOther;
  std::string text;
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;  // false also for links to directories
};

/// Reading of files, so that what depends on them can be tested without a disk.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual Result<FileStamp, FileError> stat(const std::string& path) = 0;
  /// Fails with kOther when the file is larger than `limit` bytes.
  virtual Result<std::string, FileError> read(const std::string& path, std::size_t limit) = 0;
  /// In byte order of the names; empty when there is no such directory.
  virtual std::vector<DirectoryEntry> list(const std::string& path) = 0;
};

/// The files of this host.
class DiskFiles final : public FileReader {
 public:
  Result<FileStamp, FileError> stat(const std::string& path) override;
  Result<std::string, FileError> read(const std::string& path, std::size_t limit) override;
  std::vector<DirectoryEntry> list(const std::string& path) override;
};

}  // namespace halcyon::signald
