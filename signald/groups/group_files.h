#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signald/config/file_reader.h"
#include "signald/groups/description_journal.h"
#include "signald/groups/group_description.h"

namespace halcyon::signald {

enum class Subgroup { kOwnFile, kAutomatic };

/// Where the description of a group is, and whether it has changed.
struct FoundDescription {
  FileStamp stamp;
  Subgroup subgroup = Subgroup::kOwnFile;  // kAutomatic: the file is an ancestor's
  bool operator==(const FoundDescription&) const = default;
};

enum class DescriptionError {
  kMissing,  // there is no such group
  kInvalid,  // the file cannot be read; it has been logged
};

/// A group that has a file.
struct DescribedGroup {
  std::string name;
  bool is_public = false;
  std::optional<std::string> problem;  // why it cannot be joined: names the file, field and remedy
};

/// The descriptions below the groups directory: group a/b is in a/b.json. What is wrong with a file
/// is logged once.
class GroupFiles {
 public:
  /// Borrows `files`.
  GroupFiles(FileReader& files, std::string directory);

  /// Looks for the file of `name`, then for those of its ancestors. Does not read it; whether an
  /// ancestor allows subgroups shows in load().
  Result<FoundDescription, DescriptionError> find(std::string_view name) const;
  /// kMissing also when an ancestor does not allow subgroups.
  Result<std::shared_ptr<const GroupDescription>, DescriptionError> load(
      const FoundDescription& found) const;

  /// All groups with files, hidden ones left out, those with broken files included; in the order of
  /// a walk through the directories. Reads files that it has not seen as they are now.
  std::vector<DescribedGroup> list() const;
  /// Only their names, without reading.
  std::vector<std::string> names() const;

  /// Of the file that a group has or would have. The name must be valid.
  std::string path_of(std::string_view name) const;

 private:
  void collect(const std::string& prefix, int depth, std::vector<std::string>& out) const;
  DescribedGroup describe(const std::string& name) const;

  Result<std::shared_ptr<const GroupDescription>, DescriptionError> read(
      const FoundDescription& found) const;

  /// What was loaded last: one request asks several times for the same group, and a script that
  /// fills a group does so a thousand times.
  struct Loaded {
    FoundDescription found;
    std::shared_ptr<const GroupDescription> description;
  };

  FileReader& files_;
  std::string directory_;
  mutable Loaded last_;
  mutable DescriptionJournal journal_;  // what has been said and seen, no part of what is there
};

}  // namespace halcyon::signald
