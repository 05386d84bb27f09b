#include "signald/statistics/group_statistics.h"

#include <algorithm>
#include <utility>

namespace halcyon::signald {
namespace {

enum class Direction { kUp, kDown };

bool by_id(const StreamReport& a, const StreamReport& b) { return a.id < b.id; }

ClientReport report_client(const GroupState& group, const Member& member,
                           const StreamDirectory& streams, const StreamStatistics& media) {
  ClientReport report;
  report.id = member.id;
  if (member.kind != MemberKind::kUser) return report;
  for (const OfferedStream& stream : group.streams_of(member.id)) {
    report.up.push_back({stream.id, media.up_statistics(stream.media)});
  }
  for (const auto& [id, down] : streams.received(group.name, member.id)) {
    report.down.push_back({id, media.down_statistics(down)});
  }
  std::sort(report.up.begin(), report.up.end(), by_id);
  std::sort(report.down.begin(), report.down.end(), by_id);
  return report;
}

JsonObject to_json(const TrackStatistics& track, Direction direction, ReportDetail detail) {
  JsonObject json;
  if (direction == Direction::kDown) {
    json.add("sid", std::uint64_t{track.spatial_layer});
    json.add("maxSid", std::uint64_t{track.max_spatial_layer});
    json.add("tid", std::uint64_t{track.temporal_layer});
    json.add("maxTid", std::uint64_t{track.max_temporal_layer});
  }
  json.add("bitrate", std::uint64_t{track.bitrate});
  if (track.max_bitrate != 0) json.add("maxBitrate", std::uint64_t{track.max_bitrate});
  json.add("loss", std::clamp(track.loss, 0.0, 1.0));
  if (direction == Direction::kDown && track.rtt_ms > 0) json.add("rtt", track.rtt_ms);
  if (track.jitter_ms > 0) json.add("jitter", track.jitter_ms);
  if (detail == ReportDetail::kCompatible) return json;
  json.add("kind", track.kind == MediaKind::kAudio ? "audio" : "video");
  json.add("packets", track.packets);
  json.add("bytes", track.bytes);
  if (direction == Direction::kUp) {
    json.add("nacked", track.nacked);
  } else {
    json.add("retransmissions", track.retransmissions);
  }
  return json;
}

JsonArray to_json(const std::vector<StreamReport>& streams, Direction direction,
                  ReportDetail detail) {
  JsonArray json;
  for (const StreamReport& stream : streams) {
    JsonArray tracks;
    for (const TrackStatistics& track : stream.tracks) {
      tracks.emplace_back(to_json(track, direction, detail));
    }
    JsonObject entry;
    entry.add("id", stream.id);
    entry.add("tracks", tracks.empty() ? JsonValue() : JsonValue(std::move(tracks)));
    json.emplace_back(std::move(entry));
  }
  return json;
}

JsonObject to_json(const ClientReport& client, ReportDetail detail) {
  JsonObject json;
  json.add("id", client.id);
  if (!client.up.empty()) json.add("up", to_json(client.up, Direction::kUp, detail));
  if (!client.down.empty()) json.add("down", to_json(client.down, Direction::kDown, detail));
  return json;
}

}  // namespace

std::vector<GroupReport> report_groups(const GroupDirectory& groups, const StreamDirectory& streams,
                                       const StreamStatistics& media) {
  std::vector<GroupReport> reports;
  for (const std::string& name : groups.names()) {
    const GroupState* group = groups.find(name);
    if (group == nullptr) continue;
    GroupReport report;
    report.name = name;
    for (const auto& [id, member] : group->members) {
      report.clients.push_back(report_client(*group, member, streams, media));
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

JsonArray to_json(const std::vector<GroupReport>& groups, ReportDetail detail) {
  JsonArray json;
  for (const GroupReport& group : groups) {
    JsonObject entry;
    entry.add("name", group.name);
    JsonArray clients;
    for (const ClientReport& client : group.clients) clients.emplace_back(to_json(client, detail));
    if (!clients.empty()) entry.add("clients", std::move(clients));
    json.emplace_back(std::move(entry));
  }
  return json;
}

}  // namespace halcyon::signald
