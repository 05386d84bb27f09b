#include "signald/statistics/group_statistics.h"

#include <map>

#include "signald/json/json_writer.h"
#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

struct FakeStatistics final : StreamStatistics {
  std::vector<TrackStatistics> up_statistics(UpStreamId) const override { return up; }
  std::vector<TrackStatistics> down_statistics(DownStreamId) const override { return down; }
  std::vector<WorkerStatistics> worker_statistics() const override { return {}; }
  bool has_room() const override { return true; }
  std::vector<TrackStatistics> up, down;
};

std::string text(const std::vector<GroupReport>& groups,
                 ReportDetail detail = ReportDetail::kCompatible) {
  return write_json(to_json(groups, detail));
}

TrackStatistics up_track() {
  TrackStatistics t;
  t.bitrate = 32160;
  t.max_bitrate = 204800;
  t.jitter_ms = 1.25;
  t.packets = 900;
  t.bytes = 70000;
  t.nacked = 3;
  return t;
}

TrackStatistics down_track() {
  TrackStatistics t;
  t.kind = MediaKind::kVideo;
  t.max_spatial_layer = 2;
  t.temporal_layer = 1;
  t.max_temporal_layer = 2;
  t.bitrate = 410000;
  t.max_bitrate = 700000;
  t.loss = 0.00390625;
  t.rtt_ms = 41.5;
  t.jitter_ms = 3;
  t.retransmissions = 4;
  return t;
}

}  // namespace

TEST_CASE("tracks have the fields that statistics pages read, in their units") {
  GroupReport group{
      "team-room",
      {{"3d0c", {{"7f1a", {up_track()}}}, {{"99aa", {down_track()}}}}, {"a1b2", {}, {}}}};
  CHECK(
      text({group, {"empty-group", {}}}) ==
      R"([{"name":"team-room","clients":[)"
      R"({"id":"3d0c","up":[{"id":"7f1a","tracks":[{"bitrate":32160,"maxBitrate":204800,"loss":0,"jitter":1.25}]}],)"
      R"("down":[{"id":"99aa","tracks":[{"sid":0,"maxSid":2,"tid":1,"maxTid":2,"bitrate":410000,)"
      R"("maxBitrate":700000,"loss":0.00390625,"rtt":41.5,"jitter":3}]}]},{"id":"a1b2"}]},)"
      R"({"name":"empty-group"}])");
  CHECK(text({}) == "[]");
}

TEST_CASE("what is unknown is left out, and a stream without tracks says null") {
  const TrackStatistics silent;
  const GroupReport group{"g", {{"c", {{"s", {}}, {"t", {silent}}}, {{"d", {silent}}}}}};
  CHECK(
      text({group}) ==
      R"([{"name":"g","clients":[{"id":"c","up":[{"id":"s","tracks":null},)"
      R"({"id":"t","tracks":[{"bitrate":0,"loss":0}]}],)"
      R"("down":[{"id":"d","tracks":[{"sid":0,"maxSid":0,"tid":0,"maxTid":0,"bitrate":0,"loss":0}]}]}]}])");
}

TEST_CASE("a loss that cannot be is kept within bounds") {
  TrackStatistics odd;
  odd.loss = 1e18;
  CHECK(text({{"g", {{"c", {{"s", {odd}}}, {}}}}}).find(R"("loss":1})") != std::string::npos);
}

TEST_CASE("the full report says more of each track") {
  const GroupReport group{"g", {{"c", {{"s", {up_track()}}}, {{"d", {down_track()}}}}}};
  const std::string full = text({group}, ReportDetail::kFull);
  CHECK(full.find(R"("jitter":1.25,"kind":"audio","packets":900,"bytes":70000,"nacked":3})") !=
        std::string::npos);
  CHECK(full.find(R"("kind":"video","packets":0,"bytes":0,"retransmissions":4})") !=
        std::string::npos);
}

TEST_CASE("the report shows who publishes and who receives what") {
  Meeting m;
  const ConnectionId a = m.member("anna");
  m.member("bert");
  const ConnectionId c = m.member("carl");
  m.request_everything(c);
  m.offer(a, "stream", "a v");
  m.start("anna", "stream");
  FakeStatistics media;
  media.up = {up_track()};
  media.down = {down_track()};
  const auto groups = report_groups(m.groups.directory(), m.server.streams(), media);
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].name == "g");
  REQUIRE(groups[0].clients.size() == 3);
  const auto& [anna, bert, carl] =
      std::tie(groups[0].clients[0], groups[0].clients[1], groups[0].clients[2]);
  CHECK(anna.id == "anna");
  REQUIRE(anna.up.size() == 1);
  CHECK(anna.up[0].id == "stream");
  CHECK(anna.up[0].tracks.size() == 1);
  CHECK(anna.down.empty());
  CHECK((bert.up.empty() && bert.down.empty()));
  REQUIRE(carl.down.size() == 1);
  CHECK(carl.down[0].id == "stream");
  CHECK(m.server.counters().logins_accepted == 3);
  CHECK(m.server.counters().connections == 3);
  CHECK(m.server.counters().messages_received >= 8);
  CHECK(m.server.counters().messages_sent > 0);
}

TEST_CASE("refused logins are counted") {
  Meeting m;
  const ConnectionId a = m.connect("a");
  m.join(a, "olga", "wrong");
  m.pass(1000);
  CHECK(m.server.counters().logins_refused == 1);
  CHECK(m.server.counters().logins_accepted == 0);
}
