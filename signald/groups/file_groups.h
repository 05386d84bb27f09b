#pragma once

#include <string>

#include "signald/config/global_config.h"
#include "signald/groups/group_directory.h"
#include "signald/groups/group_files.h"
#include "signald/http/group_pages.h"

namespace halcyon::signald {

/// The groups described by the files of a directory: those in memory, for the signalling protocol,
/// and what HTTP shows of them.
class FileGroups final : public GroupPages {
 public:
  /// Borrows `files` and `config`. `directory` need not exist.
  FileGroups(FileReader& files, std::string directory, GlobalConfigSource& config);

  GroupDirectory& directory() { return groups_; }
  const GroupFiles& files() const { return files_; }

  Result<GroupPage, PageError> page(std::string_view name, Moment now) override;
  Result<std::string, PageError> status_json(std::string_view name, const BaseUrl& base,
                                             Moment now) override;
  Result<std::string, PageError> public_groups_json(const BaseUrl& base, Moment now) override;

 private:
  GroupFiles files_;
  GroupDirectory groups_;
  GlobalConfigSource& config_;
};

}  // namespace halcyon::signald
