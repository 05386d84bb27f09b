#pragma once

#include <memory>
#include <string>

#include "common/result/error.h"

namespace halcyon::signald {

/// A directory that only this user may enter, in $XDG_RUNTIME_DIR or the place for temporary files.
/// Gone with this object, with all that is in it.
class PrivateDirectory {
 public:
  static ResultOr<std::unique_ptr<PrivateDirectory>> make();
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory();
  const std::string& path() const { return path_; }

 private:
  explicit PrivateDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace halcyon::signald
