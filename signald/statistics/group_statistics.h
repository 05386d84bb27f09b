#pragma once

#include <string>
#include <vector>

#include "signald/groups/group_directory.h"
#include "signald/json/json_value.h"
#include "signald/session/stream_directory.h"
#include "signald/stream/stream_statistics.h"

namespace halcyon::signald {

struct StreamReport {
  std::string id;
  std::vector<TrackStatistics> tracks;
};

struct ClientReport {
  std::string id;
  std::vector<StreamReport> up, down;
};

struct GroupReport {
  std::string name;
  std::vector<ClientReport> clients;
};

/// All groups in memory, in byte order; clients and streams are sorted by id.
std::vector<GroupReport> report_groups(const GroupDirectory& groups, const StreamDirectory& streams,
                                       const StreamStatistics& media);

enum class ReportDetail {
  kCompatible,  // what http.md 12 lists, and nothing else
  kFull,        // also kind, packets and bytes of tracks
};

/// The array of /galene-api/v0/.stats and of /stats.json.
JsonArray to_json(const std::vector<GroupReport>& groups, ReportDetail detail);

}  // namespace halcyon::signald
