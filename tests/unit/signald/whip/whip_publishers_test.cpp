#include "signald/whip/whip_publishers.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "signald/config/config_file.h"
#include "signald/config/rtc_configuration.h"
#include "signald/groups/file_groups.h"
#include "signald/stream/worker_media_plane.h"
#include "tests/unit/signald/auth/memory_token_storage.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"
#include "tests/unit/signald/session/fakes.h"
#include "tests/unit/signald/stream/fake_worker.h"

using namespace halcyon;
using namespace halcyon::signald;
using Kind = WhipRefusal::Kind;

namespace {

/// Group g, open to everybody, with a worker and olga, an operator, on the WebSocket.
struct Studio {
  Studio() {
    describe(R"({"users":{"olga":{"password":"op","permissions":"op"}},
                 "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})");
    media.worker_connected(worker.hello, worker, now.now);
    server.opened(kOlga, *SocketAddress::parse("192.0.2.9", 1), now);
    say(R"({"type":"handshake","version":["2"],"id":"olga"})");
    say(R"({"type":"join","kind":"join","group":"g","username":"olga","password":"op"})");
    sink.sent.clear();
  }
  ~Studio() { CHECK(worker.complaints == std::vector<std::string>{}); }

  void describe(const std::string& text) { files.write("groups/g.json", text); }
  void say(const std::string& json) { server.message(kOlga, json, now); }
  void publish(WhipOffer offer) {
    session.reset();
    error.reset();
    publishers.publish(std::move(offer), now,
                       [this](Result<WhipPublishers::Published, WhipRefusal> published, Moment) {
                         if (published) {
                           session = *published->session;
                         } else {
                           error = published.error();
                         }
                       });
  }
  WhipOffer offer(const std::string& address = "192.0.2.1") {
    return {"g", std::nullopt, *SocketAddress::parse(address, 5000),
            sdp::recorded("chromium-camera")};
  }
  const GroupState& group() { return *groups.directory().find("g"); }
  void finish() {
    while (!delayed.pending.empty()) delayed.finish_one(now);
  }
  void settle() {
    while (publishers.next_deadline() <= now.now) publishers.handle_timeout(now);
  }

  static constexpr ConnectionId kOlga{1};
  Moment now{Timestamp::from_ms(1'000'000), WallTime{1'700'000'000'000'000}};
  MemoryFiles files;
  ConfigFile config{files, "data/config.json"};
  NoIceServers rtc;
  MemoryTokenStorage token_storage;
  TokenStore tokens{token_storage};
  SeededRandom random{1};
  FakeSink sink;
  FakeWorker worker{"0", 1, 5000};
  SynchronousVerifier synchronous;
  DelayedVerifier delayed;
  FileGroups groups{files, "groups", config};
  WorkerMediaPlane media{{.placement = PlacementMode::kNear}, random};
  SignallingServer server{
      {sink, media, groups.directory(), synchronous, tokens, config, rtc, random}};
  WhipPublishers publishers{{server, groups.directory(), media, delayed, tokens, config, random}};
  std::optional<WhipSession> session;
  std::optional<WhipRefusal> error;
};

}  // namespace

TEST_CASE("a publisher is a member of its own kind with one stream of its own id") {
  Studio studio;
  studio.publish(studio.offer());
  studio.finish();
  REQUIRE(studio.session);
  const Member* member = studio.group().member(studio.session->member);
  REQUIRE(member != nullptr);
  CHECK(member->kind == MemberKind::kWhip);
  CHECK(member->username == "whip");
  CHECK(member->id.size() == 22);
  CHECK(member->id != studio.session->id);
  REQUIRE(studio.group().streams.size() == 1);
  CHECK(studio.group().streams[0].id == member->id);
  CHECK(studio.group().streams[0].label.empty());
  CHECK(studio.worker.state.transports.size() == 1);
  CHECK(studio.publishers.find("g", studio.session->id) != nullptr);
  CHECK(studio.publishers.find("other", studio.session->id) == nullptr);

  CHECK(studio.publishers.offers_accepted() == 1);
  CHECK(studio.publishers.offers_refused() == 0);

  studio.publishers.end(studio.session->id, studio.now);
  CHECK(studio.group().members.size() == 1);
  CHECK(studio.group().streams.empty());
  CHECK(studio.worker.state.transports.empty());
  CHECK(studio.publishers.session_count() == 0);
}

TEST_CASE("the group as it is when the password has been checked decides") {
  Studio studio;
  studio.describe(R"({"users":{"olga":{"password":"op","permissions":"op"}},
      "fallback-users":[{"password":{"type":"bcrypt",
          "key":"$2b$08$CCCCCCCCCCCCCCCCCCCCC.DXBIW7iZMHj/jVg3eTWyKdjPvFNE43S"}}],
      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})");
  studio.publish(studio.offer());
  REQUIRE(studio.delayed.pending.size() == 1);
  studio.say(R"({"type":"groupaction","kind":"lock","value":"no"})");
  studio.finish();
  REQUIRE(studio.error);
  CHECK(studio.error->kind == Kind::kForbidden);
  CHECK(studio.error->text == "no");
  CHECK(studio.publishers.offers_refused() == 1);
  CHECK(studio.worker.state.transports.empty());
}

TEST_CASE("who cannot publish never was a member") {
  Studio studio;
  SUBCASE("no permission") {
    studio.describe(
        R"({"wildcard-user":{"password":{"type":"wildcard"},"permissions":"observe"}})");
    studio.publish(studio.offer());
    studio.finish();
    CHECK(studio.error->kind == Kind::kForbidden);
  }
  SUBCASE("a bad offer") {
    WhipOffer bad = studio.offer();
    bad.sdp = "v=0\r\n";
    studio.publish(bad);
    studio.finish();
    CHECK(studio.error->kind == Kind::kBadOffer);
  }
  SUBCASE("an offer that sends nothing") {
    WhipOffer idle = studio.offer();
    for (std::size_t at; (at = idle.sdp.find("a=sendonly")) != std::string::npos;) {
      idle.sdp.replace(at, 10, "a=inactive");
    }
    studio.publish(idle);
    studio.finish();
    CHECK(studio.error->kind == Kind::kBadOffer);
  }
  SUBCASE("no worker") {
    studio.media.worker_lost(WorkerInstance(1), studio.now.now);
    studio.publish(studio.offer());
    studio.finish();
    CHECK(studio.error->kind == Kind::kNoWorker);
  }
  SUBCASE("no password") {
    studio.describe(R"({"users":{"olga":{"password":"op","permissions":"op"}}})");
    studio.publish(studio.offer());
    studio.finish();
    CHECK(studio.error->kind == Kind::kNotAuthorised);
  }
  SUBCASE("no such token") {
    WhipOffer offer = studio.offer();
    offer.token = "unknown";
    studio.publish(offer);
    CHECK(studio.error->kind == Kind::kUnknownToken);
  }
  SUBCASE("no such group") {
    WhipOffer offer = studio.offer();
    offer.group = "missing";
    studio.publish(offer);
    CHECK(studio.error->kind == Kind::kNoGroup);
  }
  const auto& sent = studio.sink.sent[Studio::kOlga];
  for (const std::string& message : sent) CHECK(message.find("\"add\"") == std::string::npos);
  CHECK(studio.publishers.session_count() == 0);
  CHECK(studio.worker.state.transports.empty());
}

TEST_CASE("kicks, shutdown, failed transports and lost workers end a publication") {
  Studio studio;
  studio.publish(studio.offer());
  studio.finish();
  REQUIRE(studio.session);
  SUBCASE("kick") {
    studio.say(R"({"type":"useraction","kind":"kick","source":"olga","username":"olga","dest":")" +
               studio.session->member + "\"}");
  }
  SUBCASE("shutdown") { studio.server.shutdown(studio.now); }
  SUBCASE("failed transport") {
    ipc::MediaToSignal message;
    auto& changed = *message.mutable_transport_state_changed();
    changed.set_transport_id(studio.worker.state.transports.begin()->first);
    changed.set_state(ipc::TransportStateChanged::FAILED);
    studio.media.worker_message(WorkerInstance(1), message, studio.now.now);
  }
  SUBCASE("lost worker") {
    studio.media.worker_lost(WorkerInstance(1), studio.now.now);
    FakeWorker other("1", 2, 6000);
    studio.media.worker_connected(other.hello, other, studio.now.now);
    studio.settle();
  }
  studio.settle();
  CHECK(studio.publishers.session_count() == 0);
  CHECK(studio.publishers.next_deadline().is_never());
  CHECK(studio.group().member(studio.session->member) == nullptr);
}

TEST_CASE("a restart gives another tag, and keeps the old offer when it is refused") {
  Studio studio;
  studio.publish(studio.offer());
  studio.finish();
  REQUIRE(studio.session);
  const std::string id = studio.session->id;
  CHECK_FALSE(studio.publishers.restart(id, {"a b", "bad\r\n"}));
  CHECK(studio.publishers.find("g", id)->entity_tag == studio.session->entity_tag);
  CHECK(studio.publishers.find("g", id)->offer == studio.session->offer);
  const auto fragment = studio.publishers.restart(id, {"abcd", "abcdefghijklmnopqrstuv"});
  REQUIRE(fragment);
  CHECK(fragment->find("a=ice-ufrag:") != std::string::npos);
  CHECK(studio.publishers.find("g", id)->entity_tag != studio.session->entity_tag);
  CHECK(studio.worker.state.transports.size() == 1);
  CHECK(studio.worker.state.transports.begin()->second.remote_ufrag == "abcd");
}

TEST_CASE("one address has a bounded number of publications") {
  Studio studio;
  for (std::size_t i = 0; i < kMaxWhipSessionsPerAddress; ++i) {
    studio.publish(studio.offer());
    studio.finish();
    REQUIRE(studio.session);
  }
  studio.publish(studio.offer());
  REQUIRE(studio.error);
  CHECK(studio.error->kind == Kind::kTooManySessions);
  studio.publish(studio.offer("192.0.2.2"));
  studio.finish();
  CHECK(studio.session);
}
