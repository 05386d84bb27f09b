#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signald/config/file_reader.h"

namespace halcyon::signald {

/// Remembers what became of each file of descriptions, so that the administrator can ask for it and
/// the log says it once for each version of a file, however often the file is looked at.
class DescriptionJournal {
 public:
  /// Of files remembered; beyond it everything is forgotten, and said again when it comes up.
  static constexpr std::size_t kMaxFiles = 100'000;

  struct Verdict {
    FileStamp stamp;
    std::optional<std::string> problem;  // names the file, the field and the remedy
    bool is_public = false;
  };

  /// The file can be used; `warnings` are about obsolete and useless parts of it.
  void usable(const FileStamp& stamp, bool is_public, const std::vector<std::string>& warnings);
  /// The file cannot be used. The reason comes without the name of the file.
  void unusable(const FileStamp& stamp, std::string_view reason);
  /// A file or directory that is no description, or has a name that no group can have.
  void odd(const std::string& path, std::string_view reason);

  /// What is known of this version of a file; null when it has not been read.
  const Verdict* find(const FileStamp& stamp) const;

 private:
  /// The verdict to be filled in; null when nothing is new.
  Verdict* renew(const FileStamp& stamp, const std::optional<std::string>& problem);

  std::map<std::string, Verdict, std::less<>> verdicts_;  // by path
};

}  // namespace halcyon::signald
