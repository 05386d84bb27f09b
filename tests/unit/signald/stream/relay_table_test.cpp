#include "signald/stream/relay_table.h"

#include <doctest/doctest.h>

#include "tests/unit/signald/stream/fake_worker.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

RelayedTrack track(std::uint64_t id) {
  return {0, TrackId(id), MediaKind::kVideo, {"VP8", 96, 90000, 0, ""}, ""};
}

struct Relays {
  Relays() {
    for (FakeWorker* worker : {&a, &b, &c}) {
      Worker& added = workers.add(worker->hello, *worker);
      for (const std::uint64_t id : {10, 11, 12, 20}) {
        worker->state.up_tracks[id] = {};
      }
      added.transports = 0;
    }
  }
  void use(std::uint64_t user, std::uint64_t stream, std::uint64_t source, std::uint64_t sink,
           const std::vector<std::uint64_t>& ids) {
    std::vector<RelayedTrack> tracks;
    for (const std::uint64_t id : ids) tracks.push_back(track(id));
    table.use(DownStreamId(user),
              {UpStreamId(stream), WorkerInstance(source), WorkerInstance(sink)}, tracks);
  }
  SeededRandom random{3};
  FakeWorker a{"0", 1, 5000}, b{"1", 2, 5001}, c{"2", 3, 5002};
  WorkerDirectory workers{PlacementMode::kNear};
  RelayTable table{workers, random};
};

}  // namespace

TEST_CASE("one relay serves all receivers of a stream on a worker and ends with the last") {
  Relays r;
  r.use(1, 1, 1, 2, {10, 11});
  r.use(2, 1, 1, 2, {10});
  CHECK(r.table.size() == 1);
  REQUIRE(r.a.state.relays.size() == 1);
  REQUIRE(r.b.state.relays.size() == 1);
  const auto& source = r.a.state.relays.begin()->second;
  CHECK(source.is_source);
  CHECK(source.peer_port == 6001);
  CHECK(source.tracks == std::map<std::uint64_t, std::uint32_t>{{10, 0}, {11, 1}});
  CHECK(r.b.state.relays.begin()->second.peer_port == 6000);
  CHECK(r.b.state.relays.begin()->first == r.a.state.relays.begin()->first);

  r.table.release(DownStreamId(1));
  CHECK(r.a.state.relays.begin()->second.tracks.size() == 1);
  r.table.release(DownStreamId(2));
  CHECK(r.a.state.relays.empty());
  CHECK(r.b.state.relays.empty());
  CHECK(r.table.size() == 0);
  r.table.release(DownStreamId(2));
}

TEST_CASE("each worker and each stream has a relay of its own") {
  Relays r;
  r.use(1, 1, 1, 2, {10});
  r.use(2, 1, 1, 3, {10});
  r.use(3, 2, 1, 2, {20});
  CHECK(r.table.size() == 3);
  CHECK(r.a.state.relays.size() == 3);
  CHECK(r.b.state.relays.size() == 2);
  r.table.close_stream(UpStreamId(1));
  CHECK(r.a.state.relays.size() == 1);
  CHECK(r.c.state.relays.empty());
}

TEST_CASE("receivers on the publisher's own worker need no relay") {
  Relays r;
  r.use(1, 1, 1, 1, {10});
  CHECK(r.table.size() == 0);
  CHECK(r.a.messages == 0);
}

TEST_CASE(
    "a track keeps its number while others come and go, and numbers are not used again soon") {
  Relays r;
  r.use(1, 1, 1, 2, {10, 11});
  r.use(1, 1, 1, 2, {11, 12});
  const auto& tracks = r.a.state.relays.begin()->second.tracks;
  CHECK(tracks == std::map<std::uint64_t, std::uint32_t>{{11, 1}, {12, 2}});
  for (std::uint64_t i = 0; i < 600; ++i) {
    r.a.state.up_tracks[100 + i] = {};
    r.use(1, 1, 1, 2, {11, 100 + i});
  }
  CHECK(r.a.state.relays.begin()->second.tracks.at(11) == 1);
  CHECK(r.a.complaints.empty());
}

TEST_CASE("the same use again sends nothing") {
  Relays r;
  r.use(1, 1, 1, 2, {10});
  const int before = r.a.messages + r.b.messages;
  r.use(1, 1, 1, 2, {10});
  r.use(2, 1, 1, 2, {10});
  CHECK(r.a.messages + r.b.messages == before);
}

TEST_CASE("a lost worker's relays end on the other side") {
  Relays r;
  r.use(1, 1, 1, 2, {10});
  r.use(2, 2, 2, 3, {20});
  r.use(3, 3, 3, 1, {12});
  r.table.worker_gone(WorkerInstance(2));
  CHECK(r.table.size() == 1);
  CHECK(r.a.state.relays.size() == 1);
  CHECK(r.c.state.relays.size() == 1);
  r.table.release(DownStreamId(1));
  r.use(1, 1, 1, 3, {10});
  CHECK(r.table.size() == 2);
}
