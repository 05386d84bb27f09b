#include "signald/stream/worker_media_plane.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "signald/sdp/sdp_writer.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"
#include "tests/unit/signald/stream/fake_worker.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr UpStreamId kUp{1};
constexpr DownStreamId kDown{11};

struct Bench : MediaPlane::Listener {
  explicit Bench(PlacementMode mode = PlacementMode::kNear) : plane({mode}, random) {
    plane.set_listener(this);
  }
  void up_tracks_changed(UpStreamId id, Timestamp) override {
    told.push_back("tracks " + std::to_string(id.value()));
  }
  void up_needs_offer(UpStreamId id, Timestamp) override {
    told.push_back("offer " + std::to_string(id.value()));
  }
  void down_failed(DownStreamId id, Timestamp) override {
    told.push_back("failed " + std::to_string(id.value()));
  }
  void down_lost(DownStreamId id, Timestamp) override {
    told.push_back("lost " + std::to_string(id.value()));
    if (on_lost) on_lost(id);
  }

  void connect(FakeWorker& worker) { plane.worker_connected(worker.hello, worker, now); }
  void lose(FakeWorker& worker) {
    plane.worker_lost(WorkerInstance(worker.hello.worker_instance()), now);
  }
  void event(FakeWorker& worker, const ipc::MediaToSignal& message) {
    plane.worker_message(WorkerInstance(worker.hello.worker_instance()), message, now);
  }
  void statistics(FakeWorker& worker, double load) {
    ipc::MediaToSignal message;
    message.mutable_statistics()->set_cpu_load(load);
    event(worker, message);
  }
  void state(FakeWorker& worker, std::uint64_t transport, ipc::TransportStateChanged::State s) {
    ipc::MediaToSignal message;
    message.mutable_transport_state_changed()->set_transport_id(transport);
    message.mutable_transport_state_changed()->set_state(s);
    event(worker, message);
  }
  void started(FakeWorker& worker, std::uint64_t track, std::uint32_t payload_type) {
    ipc::MediaToSignal message;
    auto& m = *message.mutable_up_track_started();
    m.set_transport_id(worker.state.up_tracks.at(track).transport);
    m.set_track_id(track);
    m.set_payload_type(payload_type);
    event(worker, message);
  }
  /// Every up track of the worker that is silent so far gets a packet, audio 111 or video 96 as
  /// Chromium numbers them.
  void start_all(FakeWorker& worker) {
    const auto tracks = worker.state.up_tracks;
    for (const auto& [id, track] : tracks) {
      started(worker, id, 96);
      started(worker, id, 111);
    }
  }
  sdp::SessionDescription publish(UpStreamId id, const std::string& offer = "chromium-camera",
                                  const std::string& label = "camera") {
    const auto answer = plane.open_up(id, sdp::recorded(offer), {}, label);
    REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().text));
    return *sdp::parse_session_description(*answer);
  }
  TrackSelection everything(UpStreamId id) const {
    TrackSelection selection;
    bool has_video = false;
    for (const auto& track : plane.started_tracks(id)) {
      const bool video = track.kind == MediaKind::kVideo;
      if (!video || !has_video) selection.tracks.push_back(track.id);
      has_video = has_video || video;
    }
    return selection;
  }
  static std::string accepting(const std::string& offer) {
    auto answer = *sdp::parse_session_description(offer);
    answer.ice_lite = false;
    for (auto& section : answer.sections) {
      section.setup = sdp::SetupRole::kActive;
      section.ice = {"peer", "peerPassword"};
      section.direction = sdp::reversed(*section.direction);
    }
    return sdp::write_session_description(answer);
  }
  /// Opens a down stream and answers its offer.
  void subscribe(DownStreamId id, UpStreamId source) {
    const auto offer = plane.open_down(id, source, everything(source));
    REQUIRE_MESSAGE(offer.has_value(), (offer ? "" : offer.error().text));
    const auto next = plane.answer_down(id, accepting(*offer));
    REQUIRE(next.has_value());
    CHECK_FALSE(next->has_value());
  }
  bool heard(const std::string& what) const {
    return std::find(told.begin(), told.end(), what) != told.end();
  }

  SeededRandom random{9};
  WorkerMediaPlane plane;
  std::vector<std::string> told;
  std::function<void(DownStreamId)> on_lost;
  Timestamp now = Timestamp::from_ms(1000);
};

struct OneWorker : Bench {
  OneWorker() { connect(a); }
  ~OneWorker() { CHECK(a.complaints == std::vector<std::string>{}); }
  FakeWorker a{"0", 1, 5000};
};

struct TwoWorkers : Bench {
  explicit TwoWorkers(PlacementMode mode = PlacementMode::kNear) : Bench(mode) {
    connect(a);
    connect(b);
  }
  ~TwoWorkers() {
    CHECK(a.complaints == std::vector<std::string>{});
    CHECK(b.complaints == std::vector<std::string>{});
  }
  FakeWorker a{"0", 1, 5000}, b{"1", 2, 5001};
};

}  // namespace

TEST_CASE("a worker is welcomed, and its state is complete") {
  OneWorker w;
  CHECK(w.a.welcomed.protocol_version() == kIpcProtocolVersion);
  CHECK(w.a.welcomed.statistics_interval_ms() == 1000);
  CHECK(w.a.state_completes == 1);
}

TEST_CASE("publishing opens a transport with the tracks of the offer") {
  OneWorker w;
  const auto answer = w.publish(kUp, "chromium-simulcast");
  REQUIRE(w.a.state.transports.size() == 1);
  const auto& transport = w.a.state.transports.begin()->second;
  CHECK(transport.ufrag == answer.sections[0].ice.ufrag);
  CHECK(transport.remote_ufrag == "b4RF");
  CHECK(transport.dtls_role == ipc::DTLS_CLIENT);
  CHECK(transport.mid_extension == 4);
  CHECK(w.a.state.up_tracks.size() == 3);
  CHECK(answer.fingerprints[0].digest == std::vector<std::uint8_t>(32, 1));
  CHECK(answer.sections[0].candidates.size() == 4);
  CHECK(answer.sections[0].candidates[0].port == 5000);
}

TEST_CASE("without a worker an offer is refused, and a bad one leaves nothing behind") {
  Bench w;
  auto answer = w.plane.open_up(kUp, sdp::recorded("chromium-camera"), {}, "");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == StreamError::Kind::kNoWorker);
  FakeWorker a("0", 1, 5000);
  w.connect(a);
  answer = w.plane.open_up(kUp, "v=0\r\nm=x\r\n", {}, "");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == StreamError::Kind::kBadDescription);
  CHECK(a.state.transports.empty());
  CHECK(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).error().kind ==
        StreamError::Kind::kUnknownStream);
}

TEST_CASE("an offer with nothing to accept is answered without a transport") {
  OneWorker w;
  const auto answer = w.plane.open_up(kUp, sdp::recorded("chromium-audio-only"), {"vp8"}, "camera");
  REQUIRE(answer.has_value());
  CHECK(answer->find("m=audio 0 ") != std::string::npos);
  CHECK(w.a.state.transports.empty());
  CHECK_FALSE(w.plane.has_silent_tracks(kUp));
  w.plane.close_up(kUp);
}

TEST_CASE("tracks exist from their first packet, in the order of the SDP") {
  OneWorker w;
  w.publish(kUp, "chromium-simulcast");
  CHECK(w.plane.started_tracks(kUp).empty());
  CHECK(w.plane.has_silent_tracks(kUp));
  std::map<std::string, std::uint64_t> by_rid;
  for (const auto& [id, track] : w.a.state.up_tracks) by_rid[track.rid] = id;
  w.started(w.a, by_rid["l"], 96);
  CHECK(w.heard("tracks 1"));
  w.started(w.a, by_rid["h"], 96);
  w.started(w.a, by_rid[""], 111);
  const auto tracks = w.plane.started_tracks(kUp);
  REQUIRE(tracks.size() == 3);
  CHECK(tracks[0].kind == MediaKind::kAudio);
  CHECK(tracks[1].rid == "h");
  CHECK(tracks[2].rid == "l");
  CHECK_FALSE(w.plane.has_silent_tracks(kUp));
  CHECK(w.told.size() == 3);
  w.started(w.a, by_rid["h"], 96);  // repeated after a reconnect
  CHECK(w.told.size() == 3);
  w.started(w.a, by_rid["h"], 77);  // not negotiated
  CHECK(w.told.size() == 3);
}

TEST_CASE("a receiver's tracks open with its answer, on the publisher's worker") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  const auto offer = w.plane.open_down(kDown, kUp, w.everything(kUp));
  REQUIRE(offer.has_value());
  CHECK(w.a.state.transports.size() == 2);
  CHECK(w.a.state.down_tracks.empty());
  const auto next = w.plane.answer_down(kDown, sdp::recorded("chromium-answer-1"));
  REQUIRE(next.has_value());
  CHECK_FALSE(next->has_value());
  REQUIRE(w.a.state.down_tracks.size() == 2);
  for (const auto& [id, track] : w.a.state.down_tracks) {
    CHECK(w.a.state.transports.at(track.transport).dtls_role == ipc::DTLS_SERVER);
    CHECK(w.a.state.up_tracks.contains(track.source));
    const bool video = track.codec == "VP8";
    CHECK(track.payload_type == (video ? 96u : 111u));
    CHECK(track.nack == video);
    CHECK(offer->find("a=ssrc:" + std::to_string(track.ssrc)) != std::string::npos);
  }
  w.plane.close_down(kDown);
  CHECK(w.a.state.down_tracks.empty());
  CHECK(w.a.state.transports.size() == 1);
  w.plane.close_up(kUp);
  CHECK(w.a.state == FakeWorker::State());
}

TEST_CASE("receivers see the publisher's names, or else label and kind") {
  OneWorker w;
  w.publish(kUp, "wrtc-camera");
  w.start_all(w.a);
  auto offer = *w.plane.open_down(kDown, kUp, w.everything(kUp));
  const auto source = sdp::parsed("wrtc-camera").sections[0].msids.front();
  CHECK(offer.find("a=msid:" + source.stream + " " + source.track) != std::string::npos);

  auto nameless = sdp::parsed("chromium-camera");
  for (auto& section : nameless.sections) {
    section.msids.clear();
    std::erase_if(section.ssrcs, [](const auto& line) { return line.name == "msid"; });
  }
  const std::string text = sdp::write_session_description(nameless);
  REQUIRE(w.plane.open_up(UpStreamId(2), text, {}, "a label\r\na=evil").has_value());
  REQUIRE(w.plane.open_up(UpStreamId(3), text, {}, "").has_value());
  w.start_all(w.a);
  offer = *w.plane.open_down(DownStreamId(12), UpStreamId(2), w.everything(UpStreamId(2)));
  CHECK(offer.find("a=msid:a_label__a_evil audio\r\n") != std::string::npos);
  CHECK(offer.find("a=msid:a_label__a_evil video\r\n") != std::string::npos);
  offer = *w.plane.open_down(DownStreamId(13), UpStreamId(3), w.everything(UpStreamId(3)));
  CHECK(offer.find("a=msid:dummy audio\r\n") != std::string::npos);
}

TEST_CASE("opening a copy of nothing is refused") {
  OneWorker w;
  CHECK(w.plane.open_down(kDown, kUp, {}).error().kind == StreamError::Kind::kUnknownStream);
  w.publish(kUp);
  CHECK_FALSE(w.plane.open_down(kDown, kUp, {{TrackId(5)}, false}).has_value());
  CHECK_FALSE(w.plane.update_down(kDown, {}).has_value());
  CHECK_FALSE(w.plane.answer_down(kDown, "").has_value());
  CHECK_FALSE(w.plane.restart_down(kDown).has_value());
  w.plane.close_down(kDown);
  w.plane.close_up(UpStreamId(99));
}

TEST_CASE("a receiver moves between encodings with one offer, old track out at once") {
  OneWorker w;
  w.publish(kUp, "chromium-simulcast");
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  const auto tracks = w.plane.started_tracks(kUp);
  const auto offer = w.plane.update_down(kDown, {{tracks[0].id, tracks[2].id}, false});
  REQUIRE(offer.has_value());
  REQUIRE(offer->has_value());
  CHECK(w.a.state.down_tracks.size() == 1);
  const auto again = w.plane.update_down(kDown, {{tracks[0].id, tracks[2].id}, false});
  CHECK_FALSE(again->has_value());
  REQUIRE(w.plane.answer_down(kDown, Bench::accepting(**offer)).has_value());
  REQUIRE(w.a.state.down_tracks.size() == 2);
  CHECK(std::any_of(w.a.state.down_tracks.begin(), w.a.state.down_tracks.end(),
                    [&](const auto& t) { return t.second.source == tracks[2].id.value(); }));
}

TEST_CASE("holding a receiver at the lowest layer needs no negotiation") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  auto selection = w.everything(kUp);
  selection.lowest_spatial_layer = true;
  const auto offer = w.plane.update_down(kDown, selection);
  CHECK_FALSE(offer->has_value());
  for (const auto& [id, track] : w.a.state.down_tracks) {
    CHECK(track.lowest == (track.codec == "VP8"));
  }
}

TEST_CASE("a need that arises while an offer is out comes with the answer") {
  OneWorker w;
  w.publish(kUp);
  std::uint64_t audio = 0, video = 0;
  for (const auto& [id, track] : w.a.state.up_tracks) {
    (track.ssrc == 2882155379 ? video : audio) = id;
  }
  w.started(w.a, audio, 111);
  const auto first = *w.plane.open_down(kDown, kUp, w.everything(kUp));
  w.started(w.a, video, 96);
  CHECK_FALSE(w.plane.update_down(kDown, w.everything(kUp))->has_value());
  CHECK_FALSE(w.plane.restart_down(kDown)->has_value());
  const auto next = w.plane.answer_down(kDown, Bench::accepting(first));
  REQUIRE(next.has_value());
  REQUIRE(next->has_value());
  CHECK((*next)->find("m=video") != std::string::npos);
  const auto before = sdp::parse_session_description(first)->sections[0].ice.ufrag;
  const auto after = sdp::parse_session_description(**next)->sections[0].ice.ufrag;
  CHECK(before != after);
  CHECK(std::any_of(w.a.state.transports.begin(), w.a.state.transports.end(),
                    [&](const auto& t) { return t.second.ufrag == after; }));
}

TEST_CASE("an answer that cannot be read is refused with the reason") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  REQUIRE(w.plane.open_down(kDown, kUp, w.everything(kUp)).has_value());
  CHECK(w.plane.answer_down(kDown, "nonsense").error().kind == StreamError::Kind::kBadDescription);
  CHECK(w.plane.answer_down(kDown, sdp::recorded("chromium-answer-2")).error().kind ==
        StreamError::Kind::kBadDescription);
}

TEST_CASE("renegotiation keeps transport and tracks, an ICE restart renews credentials") {
  OneWorker w;
  w.publish(kUp, "chromium-life-1-video");
  w.start_all(w.a);
  const auto before = w.a.state;
  const auto video = before.up_tracks.begin()->first;
  const auto step = [&](const std::string& name) {
    const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-life-" + name));
    REQUIRE(answer.has_value());
    return *sdp::parse_session_description(*answer);
  };
  step("2-audio-added");
  CHECK(w.a.state.transports == before.transports);
  CHECK(w.a.state.up_tracks.size() == 2);
  CHECK(w.a.state.up_tracks.contains(video));
  CHECK(w.plane.started_tracks(kUp).size() == 1);
  w.start_all(w.a);

  const auto answer = step("3-ice-restart");
  REQUIRE(w.a.state.transports.size() == 1);
  CHECK(w.a.state.transports.begin()->first == before.transports.begin()->first);
  CHECK(w.a.state.transports.begin()->second.ufrag != before.transports.begin()->second.ufrag);
  CHECK(w.a.state.transports.begin()->second.ufrag == answer.sections[0].ice.ufrag);
  CHECK(w.plane.started_tracks(kUp).size() == 2);

  step("4-video-removed");
  CHECK_FALSE(w.a.state.up_tracks.contains(video));
  CHECK(w.plane.started_tracks(kUp).size() == 1);
  step("5-video-stopped");
  step("6-video-recycled");
  CHECK(w.a.state.up_tracks.size() == 2);
  CHECK(w.plane.has_silent_tracks(kUp));
}

TEST_CASE("a refused renegotiation changes nothing") {
  OneWorker w;
  w.publish(kUp);
  const auto before = w.a.state;
  CHECK_FALSE(w.plane.renegotiate_up(kUp, "v=0\r\na=rtpmap").has_value());
  auto plan_b = sdp::parsed("chromium-camera");
  plan_b.sections[1].ssrc_groups.clear();
  CHECK_FALSE(w.plane.renegotiate_up(kUp, sdp::write_session_description(plan_b)).has_value());
  CHECK(w.a.state == before);
}

TEST_CASE("a publisher with another certificate gets a fresh transport") {
  OneWorker w;
  w.publish(kUp, "chromium-camera");
  const auto before = w.a.state.transports.begin()->first;
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("firefox-camera")).has_value());
  REQUIRE(w.a.state.transports.size() == 1);
  CHECK(w.a.state.transports.begin()->first != before);
  CHECK(w.a.state.up_tracks.size() == 2);
}

TEST_CASE("failed ICE asks for an offer or a restart; failed media that never flows is given up") {
  OneWorker w;
  w.publish(kUp);
  const auto up = w.a.state.transports.begin()->first;
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  auto down = up;
  for (const auto& [id, transport] : w.a.state.transports) {
    if (id != up) down = id;
  }
  w.told.clear();
  w.state(w.a, up, ipc::TransportStateChanged::DISCONNECTED);
  CHECK(w.told.empty());
  w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  w.state(w.a, down, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.back() == "failed 11");
  REQUIRE(w.plane.restart_down(kDown)->has_value());

  w.told.clear();
  for (int i = 0; i < 20; ++i) w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.size() == kMaxFailures - 1);
  w.state(w.a, up, ipc::TransportStateChanged::CONNECTED);
  w.state(w.a, up, ipc::TransportStateChanged::FAILED);
  CHECK(w.told.size() == kMaxFailures);
  w.state(w.a, 424242, ipc::TransportStateChanged::FAILED);
}

TEST_CASE("after a failed handshake the next offer is answered with another certificate") {
  TwoWorkers w;
  const auto first = w.publish(kUp);
  const auto transport = w.a.state.transports.begin()->first;
  w.state(w.a, transport, ipc::TransportStateChanged::DTLS_FAILED);
  CHECK(w.heard("offer 1"));
  const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera"));
  REQUIRE(answer.has_value());
  CHECK(w.a.state.transports.empty());
  CHECK(w.b.state.transports.size() == 1);
  CHECK(sdp::parse_session_description(*answer)->fingerprints != first.fingerprints);
}

TEST_CASE("receivers on another worker are fed by one relay with the tracks they use") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp, "chromium-simulcast");
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.b.state.transports.size() == 2);
  CHECK(w.b.state.down_tracks.size() == 4);
  REQUIRE(w.a.state.relays.size() == 1);
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 2);
  const auto tracks = w.plane.started_tracks(kUp);
  const auto offer = w.plane.update_down(DownStreamId(12), {{tracks[0].id, tracks[2].id}, false});
  REQUIRE(w.plane.answer_down(DownStreamId(12), Bench::accepting(**offer)).has_value());
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 3);
  w.plane.close_down(kDown);
  CHECK(w.a.state.relays.begin()->second.tracks.size() == 2);
  w.plane.close_down(DownStreamId(12));
  CHECK(w.a.state.relays.empty());
  CHECK(w.b.state == FakeWorker::State());
}

TEST_CASE("a track that starts late joins the relay when a receiver takes it") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp);
  const auto tracks = w.a.state.up_tracks;
  w.started(w.a, tracks.begin()->first, tracks.begin()->second.ssrc == 2882155379 ? 96 : 111);
  w.subscribe(kDown, kUp);
  CHECK(w.b.state.relays.begin()->second.tracks.size() == 1);
  w.start_all(w.a);
  const auto offer = w.plane.update_down(kDown, w.everything(kUp));
  REQUIRE(w.plane.answer_down(kDown, Bench::accepting(**offer)).has_value());
  CHECK(w.b.state.relays.begin()->second.tracks.size() == 2);
  CHECK(w.b.state.down_tracks.size() == 2);
}

TEST_CASE("a worker that connects again is told everything anew") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp, "chromium-simulcast");
  w.publish(UpStreamId(2), "firefox-camera");
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  auto lowest = w.everything(kUp);
  lowest.lowest_spatial_layer = true;
  REQUIRE(w.plane.update_down(kDown, lowest).has_value());
  REQUIRE(w.plane.restart_down(kDown).has_value());
  for (FakeWorker* worker : {&w.a, &w.b}) {
    CAPTURE(worker->hello.worker_name());
    const auto before = worker->state;
    CHECK_FALSE(before == FakeWorker::State());
    w.plane.worker_disconnected(WorkerInstance(worker->hello.worker_instance()));
    worker->forget();
    w.connect(*worker);
    CHECK(worker->state == before);
    CHECK(worker->state_completes == 2);
  }
  CHECK(std::none_of(w.told.begin(), w.told.end(), [](const std::string& what) {
    return what.starts_with("lost") || what.starts_with("offer");
  }));
}

TEST_CASE("what is decided while a worker is away reaches it when it is back") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.plane.worker_disconnected(WorkerInstance(1));
  w.plane.close_down(kDown);
  CHECK(w.a.state.down_tracks.size() == 2);
  w.a.forget();
  w.connect(w.a);
  CHECK(w.a.state.down_tracks.empty());
  CHECK(w.a.state.transports.size() == 1);
}

TEST_CASE("a restart and a layer decided while a worker is away reach one that kept its state") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.plane.worker_disconnected(WorkerInstance(1));
  const auto offer = w.plane.restart_down(kDown);
  REQUIRE(offer->has_value());
  auto selection = w.everything(kUp);
  selection.lowest_spatial_layer = true;
  REQUIRE(w.plane.update_down(kDown, selection).has_value());
  w.connect(w.a);
  const auto fresh = sdp::parse_session_description(**offer)->sections[0].ice.ufrag;
  CHECK(std::any_of(w.a.state.transports.begin(), w.a.state.transports.end(),
                    [&](const auto& t) { return t.second.ufrag == fresh; }));
  CHECK(std::any_of(w.a.state.down_tracks.begin(), w.a.state.down_tracks.end(),
                    [](const auto& t) { return t.second.lowest; }));
}

TEST_CASE("a lost worker's publishers are asked for offers, answered from another worker") {
  TwoWorkers w;
  const auto first = w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  const auto old_tracks = w.plane.started_tracks(kUp);
  w.told.clear();
  w.lose(w.a);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.started_tracks(kUp).empty());
  CHECK(w.plane.has_silent_tracks(kUp));
  CHECK_FALSE(w.plane.update_down(kDown, {{old_tracks[0].id}, false})->has_value());

  const auto answer = w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera"));
  REQUIRE(answer.has_value());
  const auto second = *sdp::parse_session_description(*answer);
  CHECK(second.fingerprints != first.fingerprints);
  CHECK(second.sections[0].ice.ufrag != first.sections[0].ice.ufrag);
  CHECK(w.b.state.transports.size() == 1);
  CHECK(w.b.state.up_tracks.size() == 2);
  CHECK_FALSE(w.b.state.up_tracks.contains(old_tracks[0].id.value()));

  // Its receivers move once, when the stream is there again.
  CHECK_FALSE(w.heard("lost 11"));
  w.start_all(w.b);
  CHECK(w.heard("lost 11"));
  w.plane.close_down(kDown);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.b.state.down_tracks.size() == 2);
}

TEST_CASE("receivers of a stream that moved do not wait long for a track that stays silent") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.lose(w.a);
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  const auto tracks = w.b.state.up_tracks;
  w.started(w.b, tracks.begin()->first, tracks.begin()->second.ssrc == 2882155379 ? 96 : 111);
  CHECK_FALSE(w.heard("lost 11"));
  w.now = w.now + kMovedStreamSettles;
  w.statistics(w.b, 0.1);
  CHECK(w.heard("lost 11"));
}

TEST_CASE("receivers on a lost worker move at once when their source lives elsewhere") {
  TwoWorkers w(PlacementMode::kSpread);
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  w.on_lost = [&](DownStreamId id) {
    // As the protocol does it: inside the call.
    w.plane.close_down(id);
    w.subscribe(DownStreamId(12), kUp);
  };
  w.lose(w.b);
  CHECK(w.told == std::vector<std::string>{"lost 11"});
  CHECK(w.a.state.relays.empty());
  CHECK(w.a.state.down_tracks.size() == 2);
  CHECK(w.plane.started_tracks(kUp).size() == 2);
}

TEST_CASE("receivers elsewhere keep their transport when the publisher's worker is lost") {
  Bench w(PlacementMode::kSpread);
  FakeWorker a("0", 1, 5000), b("1", 2, 5001), c("2", 3, 5002);
  for (FakeWorker* worker : {&a, &b, &c}) w.connect(*worker);
  w.publish(kUp);
  w.start_all(a);
  w.subscribe(kDown, kUp);
  REQUIRE(b.state.down_tracks.size() == 2);
  w.told.clear();
  w.lose(a);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(b.state.relays.empty());
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  FakeWorker& home = b.state.up_tracks.empty() ? c : b;
  w.start_all(home);
  const auto offer = w.plane.update_down(kDown, w.everything(kUp));
  REQUIRE(offer->has_value());
  REQUIRE(w.plane.answer_down(kDown, Bench::accepting(**offer)).has_value());
  CHECK(b.state.down_tracks.size() == 2);
  CHECK(c.state.relays.size() == 1);
  CHECK_FALSE(w.heard("lost 11"));
  CHECK(b.complaints.empty());
}

TEST_CASE("with no other worker everyone waits for the next one") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  w.lose(w.a);
  CHECK(w.told.empty());
  CHECK(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).error().kind ==
        StreamError::Kind::kNoWorker);
  FakeWorker next("0", 7, 5000);
  w.connect(next);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(next.state == FakeWorker::State());
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  CHECK(next.state.up_tracks.size() == 2);
}

TEST_CASE("a new run under an old name means that the old one is lost") {
  TwoWorkers w;
  w.publish(kUp);
  w.told.clear();
  FakeWorker again("0", 8, 5000);
  w.connect(again);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.worker_statistics().size() == 2);
}

TEST_CASE("a draining worker gets no transports and loses those it has") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  w.told.clear();
  ipc::MediaToSignal drain;
  drain.mutable_drain_requested();
  w.event(w.a, drain);
  CHECK(w.a.state.draining);
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  CHECK(w.plane.started_tracks(kUp).size() == 2);  // media flows until it has moved
  w.publish(UpStreamId(2));
  CHECK(w.b.state.transports.size() == 1);

  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  w.start_all(w.b);
  CHECK(w.heard("lost 11"));
  w.plane.close_down(kDown);
  w.subscribe(DownStreamId(12), kUp);
  CHECK(w.a.state.transports.empty());
  CHECK(w.b.state.down_tracks.size() == 2);
  // A second request changes nothing.
  w.told.clear();
  w.event(w.a, drain);
  CHECK(w.told.empty());
}

TEST_CASE("a worker that refuses transports rests while others work") {
  TwoWorkers w;
  w.publish(kUp);
  const auto refuse = [&] {
    ipc::MediaToSignal message;
    message.mutable_command_failed()->set_command("open_transport");
    message.mutable_command_failed()->set_id(w.a.state.transports.begin()->first);
    w.event(w.a, message);
  };
  w.told.clear();
  refuse();
  CHECK(w.told == std::vector<std::string>{"offer 1"});
  REQUIRE(w.plane.renegotiate_up(kUp, sdp::recorded("chromium-camera")).has_value());
  CHECK(w.b.state.up_tracks.size() == 2);
  w.publish(UpStreamId(2));
  CHECK(w.a.state.transports.empty());
  for (int i = 0; i < kReportsOfRest; ++i) w.statistics(w.a, 0);
  w.publish(UpStreamId(3));
  CHECK(w.a.state.transports.size() == 1);
}

TEST_CASE("a receiver whose transport the worker refuses is moved") {
  TwoWorkers w;
  w.publish(kUp);
  w.start_all(w.a);
  const auto up = w.a.state.transports.begin()->first;
  w.subscribe(kDown, kUp);
  ipc::MediaToSignal message;
  message.mutable_command_failed()->set_command("open_transport");
  for (const auto& [id, transport] : w.a.state.transports) {
    if (id != up) message.mutable_command_failed()->set_id(id);
  }
  w.event(w.a, message);
  CHECK(w.heard("lost 11"));
}

TEST_CASE("statistics of tracks and workers can be read") {
  OneWorker w;
  w.publish(kUp);
  w.start_all(w.a);
  w.subscribe(kDown, kUp);
  ipc::MediaToSignal message;
  auto& statistics = *message.mutable_statistics();
  statistics.set_cpu_load(0.25);
  (*statistics.mutable_drops())["too old"] = 3;
  const auto tracks = w.plane.started_tracks(kUp);
  auto& up = *statistics.add_up();
  up.set_track_id(tracks[1].id.value());
  up.set_transport_id(w.a.state.up_tracks.at(tracks[1].id.value()).transport);
  up.set_bitrate(700000);
  for (const auto& [id, track] : w.a.state.down_tracks) {
    auto& down = *statistics.add_down();
    down.set_track_id(id);
    down.set_transport_id(track.transport);
    down.set_rtt_ms(12.5);
    down.set_max_spatial_layer(2);
  }
  auto& unknown = *statistics.add_up();
  unknown.set_track_id(1);
  w.event(w.a, message);
  const auto ups = w.plane.up_statistics(kUp);
  REQUIRE(ups.size() == 2);
  CHECK(ups[0].bitrate == 0);
  CHECK(ups[1].bitrate == 700000);
  CHECK(ups[1].kind == MediaKind::kVideo);
  const auto downs = w.plane.down_statistics(kDown);
  REQUIRE(downs.size() == 2);
  CHECK(downs[0].rtt_ms == 12.5);
  CHECK(downs[1].max_spatial_layer == 2);
  CHECK(downs[1].track == tracks[1].id);
  const auto workers = w.plane.worker_statistics();
  REQUIRE(workers.size() == 1);
  CHECK(workers[0].cpu_load == 0.25);
  CHECK(workers[0].transports == 2);
  CHECK(workers[0].drops.front().first == "too old");
  CHECK(w.plane.up_statistics(UpStreamId(5)).empty());
}

TEST_CASE("candidates are judged by their syntax only") {
  Bench w;
  CHECK(w.plane.accept_candidate(""));
  CHECK(w.plane.accept_candidate(
      "candidate:1 1 UDP 1 da31649b-df27-4ff6-93c2-2c886cd9d2c1.local 9 typ host"));
  CHECK_FALSE(w.plane.accept_candidate("candidate:"));
}

TEST_CASE("random histories leave workers with exactly the state the plane would repeat") {
  SeededRandom dice(42);
  for (int round = 0; round < 20; ++round) {
    Bench w(round % 2 == 0 ? PlacementMode::kSpread : PlacementMode::kNear);
    FakeWorker a("0", 1, 5000), b("1", 2, 5001), c("2", 3, 5002);
    FakeWorker* workers[] = {&a, &b, &c};
    for (FakeWorker* worker : workers) w.connect(*worker);
    std::uint64_t next_down = 100;
    std::vector<DownStreamId> downs;
    const std::string offers[] = {"chromium-camera", "chromium-simulcast", "chromium-screenshare",
                                  "wrtc-camera"};
    for (int step = 0; step < 60; ++step) {
      const UpStreamId up(1 + dice.u32() % 4);
      switch (dice.u32() % 7) {
        case 0:
          w.plane.close_up(up);
          w.publish(up, offers[dice.u32() % 4]);
          break;
        case 1:
          w.start_all(*workers[dice.u32() % 3]);
          break;
        case 2: {
          const DownStreamId id(next_down++);
          const auto offer = w.plane.open_down(id, up, w.everything(up));
          if (!offer) break;
          downs.push_back(id);
          if (dice.u32() % 4 != 0) {
            CHECK(w.plane.answer_down(id, Bench::accepting(*offer)).has_value());
          }
          break;
        }
        case 3: {
          if (downs.empty()) break;
          const DownStreamId id = downs[dice.u32() % downs.size()];
          auto tracks = w.everything(up);
          tracks.lowest_spatial_layer = dice.u32() % 2 == 0;
          if (tracks.tracks.size() > 1) tracks.tracks.pop_back();
          const auto offer = w.plane.update_down(id, tracks);
          if (offer && *offer) {
            CHECK(w.plane.answer_down(id, Bench::accepting(**offer)).has_value());
          }
          break;
        }
        case 4:
          if (downs.empty()) break;
          w.plane.close_down(downs.back());
          downs.pop_back();
          break;
        case 5:
          (void)w.plane.renegotiate_up(up, sdp::recorded(offers[dice.u32() % 4]));
          break;
        default: {
          FakeWorker& worker = *workers[dice.u32() % 3];
          w.plane.worker_disconnected(WorkerInstance(worker.hello.worker_instance()));
          const auto before = worker.state;
          worker.forget();
          w.connect(worker);
          CHECK(worker.state.transports == before.transports);
          CHECK(worker.state.up_tracks == before.up_tracks);
          CHECK(worker.state.relays == before.relays);
        }
      }
    }
    for (const DownStreamId id : downs) w.plane.close_down(id);
    for (std::uint64_t id = 1; id <= 4; ++id) w.plane.close_up(UpStreamId(id));
    for (FakeWorker* worker : workers) CHECK(worker->state == FakeWorker::State());
    for (const auto& worker : w.plane.worker_statistics()) CHECK(worker.transports == 0);
  }
}
