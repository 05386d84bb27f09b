#pragma once

#include <string>
#include <string_view>

#include "signald/config/file_writer.h"
#include "tests/unit/signald/config/memory_files.h"

namespace halcyon::signald {

/// Writes into files in memory; can be told to fail.
class MemoryWriter final : public FileWriter {
 public:
  explicit MemoryWriter(MemoryFiles& files) : files_(files) {}

  Result<void, FileError> replace(const std::string& path, std::string_view text) override {
    if (broken) return unexpected<FileError>({FileError::Kind::kOther, "disk full"});
    files_.write(path, std::string(text));
    return {};
  }
  Result<void, FileError> remove(const std::string& path) override {
    if (broken) return unexpected<FileError>({FileError::Kind::kOther, "disk broken"});
    if (!files_.stat(path)) return unexpected<FileError>({FileError::Kind::kMissing, "missing"});
    files_.remove(path);
    return {};
  }

  bool broken = false;

 private:
  MemoryFiles& files_;
};

}  // namespace halcyon::signald
