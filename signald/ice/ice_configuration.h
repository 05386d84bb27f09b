#pragma once

#include <optional>
#include <string>
#include <vector>

#include "signald/config/file_reader.h"
#include "signald/config/rtc_configuration.h"
#include "signald/ice/ice_servers_file.h"
#include "signald/ice/turn_service.h"

namespace halcyon::signald {

/// Credentials are made anew when they are older than this, so that all clients of a few minutes
/// get the same ones and each has a day but for these minutes (http.md 14.3).
inline constexpr TimeDelta kIceRefreshInterval = TimeDelta::seconds(120);

enum class MediaPath { kAny, kRelayOnly };

/// data/ice-servers.json and our own TURN server, as clients are told of them. The file is looked
/// at at each use: a change counts at once.
class IceConfiguration final : public RtcConfigurationSource {
 public:
  /// Borrows `files` and `turn`, which may be null. `path` is that of the file.
  IceConfiguration(FileReader& files, std::string path, TurnService* turn, MediaPath media_path);

  JsonObject rtc_configuration(Moment now) override;
  /// External servers first. Valid until the next call.
  const std::vector<IceServer>& servers(Moment now);

 private:
  void refresh(Moment now);
  void reload(const FileStamp& stamp);

  FileReader& files_;
  std::string path_;
  TurnService* turn_;
  MediaPath media_path_;

  bool present_ = false;
  bool unreadable_ = false;         // and that has been said
  std::optional<FileStamp> stamp_;  // of what is below; none: to be read
  std::vector<IceServerEntry> entries_;
  std::vector<IceServer> external_;  // with credentials
  std::optional<Timestamp> made_;    // when those were made
  std::vector<IceServer> servers_;
};

}  // namespace halcyon::signald
