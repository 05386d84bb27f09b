// Offers to receivers, and their changes.
#include "tests/unit/signald/stream/plane_bench.h"

using namespace halcyon;
using namespace halcyon::signald;

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
  REQUIRE(w.plane.answer_down(kDown, PlaneBench::accepting(**offer)).has_value());
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
  const auto next = w.plane.answer_down(kDown, PlaneBench::accepting(first));
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
