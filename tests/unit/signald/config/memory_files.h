#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signald/config/file_reader.h"

namespace halcyon::signald {

/// Files in memory. Every write changes the time of modification.
class MemoryFiles final : public FileReader {
 public:
  void write(const std::string& path, std::string text) {
    files_[path] = {std::move(text), ++clock_};
    unreadable_.erase(path);
  }
  void remove(const std::string& path) { files_.erase(path); }
  void make_unreadable(const std::string& path) { unreadable_.insert(path); }
  int reads() const { return reads_; }

  Result<FileStamp, FileError> stat(const std::string& path) override {
    const auto it = files_.find(path);
    if (it == files_.end()) {
      return unexpected<FileError>({FileError::Kind::kMissing, "no such file"});
    }
    return FileStamp{path, it->second.text.size(), it->second.mtime};
  }

  Result<std::string, FileError> read(const std::string& path, std::size_t limit) override {
    ++reads_;
    const auto it = files_.find(path);
    if (it == files_.end()) {
      return unexpected<FileError>({FileError::Kind::kMissing, "no such file"});
    }
    if (unreadable_.contains(path) || it->second.text.size() > limit) {
      return unexpected<FileError>({FileError::Kind::kOther, "cannot be read"});
    }
    return it->second.text;
  }

  std::vector<DirectoryEntry> list(const std::string& path) override {
    std::map<std::string, bool> names;
    for (const auto& [file, content] : files_) {
      if (!file.starts_with(path + "/")) {
        continue;
      }
      const std::string rest = file.substr(path.size() + 1);
      const std::size_t slash = rest.find('/');
      names.emplace(rest.substr(0, slash), slash != std::string::npos);
    }
    std::vector<DirectoryEntry> out;
    for (const auto& [name, is_directory] : names) {
      out.push_back({name, is_directory});
    }
    return out;
  }

 private:
  struct File {
    std::string text;
    std::int64_t mtime = 0;
  };
  std::map<std::string, File> files_;
  std::set<std::string> unreadable_;
  std::int64_t clock_ = 0;
  int reads_ = 0;
};

}  // namespace halcyon::signald
