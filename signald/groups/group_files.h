#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signald/config/file_reader.h"
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

/// The descriptions below the groups directory: group a/b is in a/b.json.
class GroupFiles {
 public:
  /// Borrows `files`.
  GroupFiles(FileReader& files, std::string directory);

  /// Looks for the file of `name`, then for those of its ancestors. Does not read it; whether an
  /// ancestor allows subgroups shows in load().
  Result<FoundDescription, DescriptionError> find(std::string_view name) const;
  /// kMissing also when an ancestor does not allow subgroups.
  Result<std::shared_ptr<const GroupDescription>, DescriptionError> load(
      std::string_view name, const FoundDescription& found) const;

  /// The names of all groups with files, hidden ones left out; in the order of a walk through the
  /// directories.
  std::vector<std::string> names() const;

  /// Of the file that a group has or would have. The name must be valid.
  std::string path_of(std::string_view name) const;

 private:
  void collect(const std::string& prefix, int depth, std::vector<std::string>& out) const;

  FileReader& files_;
  std::string directory_;
};

}  // namespace halcyon::signald
