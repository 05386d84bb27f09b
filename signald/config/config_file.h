#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signald/auth/user_entry.h"
#include "signald/config/file_reader.h"
#include "signald/config/global_config.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxConfigFile = 4u << 20;

/// The whole of data/config.json.
struct ConfigContents {
  GlobalConfig config;
  std::map<std::string, UserEntry, std::less<>> users;  // administrators
  std::vector<std::string> warnings;  // obsolete and useless fields: what to do about them
};

/// Reads the text of the file; errors name the field and what to do, not the file.
ResultOr<ConfigContents> parse_config(std::string_view text);

/// data/config.json, looked at again at each use: changes count at once, a missing file means the
/// defaults.
class ConfigFile final : public GlobalConfigSource {
 public:
  /// Borrows `files`. `path` is that of the file itself.
  ConfigFile(FileReader& files, std::string path);

  ResultOr<const GlobalConfig*> current() override;
  /// With the administrators. Valid until the next call, like current().
  ResultOr<const ConfigContents*> contents();

 private:
  void reload(const FileStamp& stamp);
  /// Remembers and logs, unless it is the same again, why the file is of no use.
  void complain(const std::string& reason);

  FileReader& files_;
  std::string path_;
  std::optional<FileStamp> stamp_;  // of what is below; none: the file was missing
  ResultOr<ConfigContents> contents_;
};

}  // namespace halcyon::signald
