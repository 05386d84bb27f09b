#include "signald/ice/ice_configuration.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace halcyon::signald {

IceConfiguration::IceConfiguration(FileReader& files, std::string path, TurnService* turn,
                                   MediaPath media_path)
    : files_(files), path_(std::move(path)), turn_(turn), media_path_(media_path) {}

JsonObject IceConfiguration::rtc_configuration(Moment now) {
  JsonArray array;
  for (const IceServer& server : servers(now)) array.emplace_back(to_json(server));
  JsonObject configuration;
  if (!array.empty()) configuration.add("iceServers", std::move(array));
  if (media_path_ == MediaPath::kRelayOnly) configuration.add("iceTransportPolicy", "relay");
  return configuration;
}

const std::vector<IceServer>& IceConfiguration::servers(Moment now) {
  refresh(now);
  servers_ = external_;
  if (turn_ != nullptr) {
    if (auto own = turn_->ice_server(now)) servers_.push_back(std::move(*own));
  }
  return servers_;
}

void IceConfiguration::refresh(Moment now) {
  const auto stamp = files_.stat(path_);
  present_ = stamp || stamp.error().kind != FileError::Kind::kMissing;
  if (!present_) {
    entries_.clear();
    stamp_.reset();
    made_.reset();
  } else if (stamp && stamp_ != *stamp) {
    reload(*stamp);
    made_.reset();
  }
  if (turn_ != nullptr) turn_->file_is_present(present_, now);
  if (made_ && now.now - *made_ < kIceRefreshInterval) return;
  made_ = now.now;
  external_.clear();
  for (const IceServerEntry& entry : entries_) {
    external_.push_back(effective_server(entry, now.wall));
  }
}

void IceConfiguration::reload(const FileStamp& stamp) {
  entries_.clear();
  const auto text = files_.read(path_, kMaxIceServersFile);
  if (!text) {
    // Tried again at the next use: what keeps a file from being read may end without its change.
    stamp_.reset();
    if (!std::exchange(unreadable_, true)) spdlog::error("{}: {}", path_, text.error().text);
    return;
  }
  stamp_ = stamp;
  unreadable_ = false;
  IceServersFile file = parse_ice_servers(*text);
  for (const std::string& problem : file.problems) spdlog::error("{}: {}", path_, problem);
  entries_ = std::move(file.entries);
}

}  // namespace halcyon::signald
