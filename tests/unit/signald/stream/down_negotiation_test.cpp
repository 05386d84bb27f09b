#include "signald/stream/down_negotiation.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "signald/sdp/sdp_writer.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"
#include "tests/unit/signald/stream/golden.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

DownSource audio(std::uint64_t id = 1) {
  return {TrackId(id),
          MediaKind::kAudio,
          {"opus", 111, 48000, 2, "minptime=10;useinbandfec=1"},
          {"S", "A"}};
}

DownSource video(std::uint64_t id = 2, const std::string& codec = "VP8", int type = 96) {
  NegotiatedCodec c{codec, static_cast<std::uint8_t>(type), 90000, 0, ""};
  c.remb = c.nack = c.pli = c.fir = true;
  return {TrackId(id), MediaKind::kVideo, c, {"S", "V"}};
}

struct Receiver {
  Receiver() {
    LocalTransport local;
    local.ice = {"localUfrag", "localPasswordOf24Letters"};
    local.fingerprint = {"sha-256", std::vector<std::uint8_t>(32, 0xcd)};
    local.candidates = {
        *sdp::parse_candidate("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host")};
    negotiation = std::make_unique<DownNegotiation>(77, local, random);
  }
  sdp::SessionDescription offer() {
    const auto offer = negotiation->next_offer();
    REQUIRE(offer.has_value());
    const auto description = sdp::parse_session_description(offer->sdp);
    REQUIRE(description.has_value());
    last = *description;
    return last;
  }
  /// What a browser answers: everything accepted, in its own words.
  static sdp::SessionDescription accepting(const sdp::SessionDescription& offer) {
    sdp::SessionDescription answer = offer;
    answer.ice_lite = false;
    answer.fingerprints = {{"sha-256", std::vector<std::uint8_t>(32, 0xee)}};
    for (auto& section : answer.sections) {
      section.setup = sdp::SetupRole::kActive;
      section.ice = {"peer", "peerPassword"};
      section.direction = sdp::reversed(*section.direction);
      section.ssrcs.clear();
      section.msids.clear();
      section.candidates.clear();
    }
    return answer;
  }
  DownNegotiation::Answer accept() { return take(accepting(last)); }
  DownNegotiation::Answer take(const sdp::SessionDescription& answer) {
    const auto outcome = negotiation->take_answer(answer);
    REQUIRE_MESSAGE(outcome.has_value(), (outcome ? "" : outcome.error().message));
    return *outcome;
  }

  SeededRandom random{5};
  std::unique_ptr<DownNegotiation> negotiation;
  sdp::SessionDescription last;
};

}  // namespace

TEST_CASE("the first offer has a section per track, one codec each, ready to send") {
  Receiver r;
  r.negotiation->set_sources({audio(), video()});
  const auto offer = r.negotiation->next_offer();
  REQUIRE(offer.has_value());
  CHECK_FALSE(offer->ice_restarted);
  check_golden("down-offer", offer->sdp);
}

TEST_CASE("recorded answers of Chromium, Firefox and libwebrtc start the tracks") {
  for (const std::string browser : {"chromium", "firefox", "wrtc"}) {
    CAPTURE(browser);
    Receiver r;
    r.negotiation->set_sources({audio(), video()});
    r.offer();
    const auto outcome = r.take(sdp::parsed(browser + "-answer-1"));
    REQUIRE(outcome.started.size() == 2);
    CHECK(outcome.refused.empty());
    CHECK(outcome.started[0].source.id == TrackId(1));
    CHECK(outcome.started[0].codec.payload_type == 111);
    CHECK(outcome.started[1].codec.nack);
    CHECK(outcome.started[1].codec.pli);
    CHECK(outcome.started[1].codec.remb);
    REQUIRE(r.negotiation->remote().has_value());
    CHECK(r.negotiation->remote()->local_role == DtlsRole::kServer);
    CHECK(r.negotiation->remote()->fingerprints.size() == 1);
    CHECK(r.negotiation->remote()->extensions.mid == 1);
    CHECK(r.negotiation->remote()->extensions.rid == (browser == "firefox" ? 0 : 2));
    CHECK(r.negotiation->running().size() == 2);
    CHECK_FALSE(r.negotiation->next_offer().has_value());
  }
}

TEST_CASE("changing between two encodings uses two sections in turn") {
  for (const std::string browser : {"chromium", "firefox", "wrtc"}) {
    CAPTURE(browser);
    Receiver r;
    r.negotiation->set_sources({audio(), video(2)});
    r.offer();
    const auto first = r.take(sdp::parsed(browser + "-answer-1"));
    CHECK(r.negotiation->set_sources({audio(), video(3)}) ==
          std::vector<TrackId>{first.started[1].id});
    auto offer = r.offer();
    REQUIRE(offer.sections.size() == 3);
    CHECK(offer.sections[1].direction == sdp::Direction::kInactive);
    CHECK(offer.sections[1].ssrcs.empty());
    CHECK(offer.sections[2].direction == sdp::Direction::kSendOnly);
    CHECK(offer.sections[2].mid == "2");
    const auto second = r.take(sdp::parsed(browser + "-answer-2"));
    REQUIRE(second.started.size() == 1);
    CHECK(second.started[0].source.id == TrackId(3));

    r.negotiation->set_sources({audio(), video(2)});
    offer = r.offer();
    REQUIRE(offer.sections.size() == 3);
    CHECK(offer.sections[1].direction == sdp::Direction::kSendOnly);
    CHECK(offer.sections[2].direction == sdp::Direction::kInactive);
    const auto third = r.take(sdp::parsed(browser + "-answer-3"));
    REQUIRE(third.started.size() == 1);
    CHECK(third.started[0].ssrc != first.started[1].ssrc);
    CHECK(third.started[0].id != first.started[1].id);
  }
}

TEST_CASE("a track with another codec gets a section of its own") {
  Receiver r;
  r.negotiation->set_sources({video(2)});
  r.offer();
  r.accept();
  r.negotiation->set_sources({video(3, "VP9", 98)});
  r.offer();
  r.accept();
  r.negotiation->set_sources({video(4, "VP9", 98)});
  CHECK(r.offer().sections.size() == 3);
  r.accept();
  r.negotiation->set_sources({video(5, "VP8", 96)});
  CHECK(r.offer().sections.size() == 3);
}

TEST_CASE("a refused track is dropped, the others play, and it is not offered again") {
  for (const std::string browser : {"chromium", "firefox", "wrtc"}) {
    CAPTURE(browser);
    Receiver r;
    r.negotiation->set_sources({audio(), video(2, "VPX")});
    r.offer();
    const auto outcome = r.take(sdp::parsed(browser + "-answer-refused-1"));
    REQUIRE(outcome.started.size() == 1);
    CHECK(outcome.started[0].source.kind == MediaKind::kAudio);
    CHECK(outcome.refused == std::vector<TrackId>{TrackId(2)});
    CHECK_FALSE(r.negotiation->next_offer().has_value());
    r.negotiation->set_sources({audio(), video(2, "VPX")});
    CHECK_FALSE(r.negotiation->next_offer().has_value());

    if (browser == "wrtc") continue;
    // Another track takes the rejected section over, under a new mid.
    r.negotiation->set_sources({audio(), video(3)});
    const auto offer = r.offer();
    REQUIRE(offer.sections.size() == 2);
    CHECK(offer.sections[1].mid == "2");
    CHECK(*offer.bundle() == std::vector<std::string>{"0", "2"});
    const auto third = r.take(sdp::parsed(browser + "-answer-refused-3"));
    REQUIRE(third.started.size() == 1);
    CHECK(third.started[0].source.id == TrackId(3));
  }
}

TEST_CASE("a rejected section stays rejected in later offers and out of the bundle") {
  for (const std::string browser : {"chromium", "firefox"}) {
    CAPTURE(browser);
    Receiver r;
    r.negotiation->set_sources({audio(), video(2, "VPX")});
    r.offer();
    r.take(sdp::parsed(browser + "-answer-refused-1"));
    r.negotiation->restart_ice({"freshUfrag", "freshPassword"});
    const auto offer = r.offer();
    CHECK(offer.sections[1].port == 0);
    CHECK(*offer.bundle() == std::vector<std::string>{"0"});
    r.take(sdp::parsed(browser + "-answer-refused-2"));
    CHECK(r.negotiation->running().size() == 1);
  }
}

TEST_CASE("candidates move to the first section that is left") {
  for (const std::string browser : {"chromium", "firefox"}) {
    CAPTURE(browser);
    Receiver r;
    r.negotiation->set_sources({video(2, "VPX"), audio()});
    CHECK(r.offer().sections[0].candidates.size() == 1);
    const auto outcome = r.take(sdp::parsed(browser + "-answer-first-refused"));
    CHECK(outcome.started.size() == 1);
    r.negotiation->restart_ice({"freshUfrag", "freshPassword"});
    const auto offer = r.offer();
    CHECK(offer.sections[0].candidates.empty());
    CHECK(offer.sections[1].candidates.size() == 1);
    CHECK(offer.sections[1].end_of_candidates);
  }
}

TEST_CASE("a refused source is tried again once it has been out of the selection") {
  Receiver r;
  r.negotiation->set_sources({audio(), video(2, "VPX")});
  r.offer();
  r.take(sdp::parsed("chromium-answer-refused-1"));
  r.negotiation->set_sources({audio()});
  CHECK_FALSE(r.negotiation->next_offer().has_value());
  r.negotiation->set_sources({audio(), video(2, "VPX")});
  CHECK(r.negotiation->next_offer().has_value());
}

TEST_CASE("an answer that makes a section inactive drops its track and keeps the section") {
  Receiver r;
  r.negotiation->set_sources({audio(), video()});
  auto answer = Receiver::accepting(r.offer());
  answer.sections[1].direction = sdp::Direction::kInactive;
  CHECK(r.take(answer).refused == std::vector<TrackId>{TrackId(2)});
  r.negotiation->set_sources({audio(), video(3)});
  const auto offer = r.offer();
  REQUIRE(offer.sections.size() == 2);
  CHECK(offer.sections[1].mid == "1");
}

TEST_CASE("a running track that is refused later ends") {
  Receiver r;
  r.negotiation->set_sources({audio(), video()});
  r.offer();
  const auto started = r.accept().started;
  r.negotiation->restart_ice({"freshUfrag", "freshPassword"});
  auto answer = Receiver::accepting(r.offer());
  answer.sections[1].port = 0;
  const auto outcome = r.take(answer);
  CHECK(outcome.ended == std::vector<TrackId>{started[1].id});
  CHECK(r.negotiation->running().size() == 1);
}

TEST_CASE("one offer at a time: what comes meanwhile goes into the next one") {
  Receiver r;
  r.negotiation->set_sources({audio()});
  r.offer();
  CHECK(r.negotiation->awaits_answer());
  r.negotiation->set_sources({audio(), video()});
  CHECK_FALSE(r.negotiation->next_offer().has_value());
  r.negotiation->restart_ice({"freshUfrag", "freshPassword"});
  CHECK_FALSE(r.negotiation->next_offer().has_value());
  r.accept();
  const auto offer = r.negotiation->next_offer();
  REQUIRE(offer.has_value());
  CHECK(offer->ice_restarted);
  CHECK(r.negotiation->local().ice.ufrag == "freshUfrag");
  CHECK(offer->sdp.find("m=video") != std::string::npos);
  CHECK(offer->sdp.find("a=ice-ufrag:freshUfrag") != std::string::npos);
  CHECK(offer->sdp.find("o=- 38 2 ") != std::string::npos);
}

TEST_CASE("a track removed while its offer is out does not start, and its section turns inactive") {
  Receiver r;
  r.negotiation->set_sources({audio(), video()});
  r.offer();
  CHECK(r.negotiation->set_sources({audio()}).empty());
  const auto outcome = r.accept();
  REQUIRE(outcome.started.size() == 1);
  CHECK(outcome.started[0].source.kind == MediaKind::kAudio);
  CHECK(r.offer().sections[1].direction == sdp::Direction::kInactive);
}

TEST_CASE("an unchanged selection needs no offer") {
  Receiver r;
  r.negotiation->set_sources({audio(), video()});
  r.offer();
  r.accept();
  CHECK(r.negotiation->set_sources({audio(), video()}).empty());
  CHECK_FALSE(r.negotiation->next_offer().has_value());
}

TEST_CASE("a source whose codec changed begins anew") {
  Receiver r;
  r.negotiation->set_sources({video(2)});
  r.offer();
  const auto started = r.accept().started;
  CHECK(r.negotiation->set_sources({video(2, "VP9", 98)}) == std::vector<TrackId>{started[0].id});
  CHECK(r.offer().sections.size() == 2);
}

TEST_CASE("the receiver's payload type and feedback are those of its answer") {
  Receiver r;
  r.negotiation->set_sources({video()});
  auto answer = Receiver::accepting(r.offer());
  auto& section = answer.sections[0];
  section.formats = {"120"};
  section.rtpmaps = {{120, "vp8", 90000, 0}};
  section.feedback = {{std::nullopt, "nack"}};
  section.extmaps = {{1, std::nullopt, std::string(kMidExtension), ""},
                     {9, std::nullopt, std::string(kRidExtension), ""}};
  const auto track = r.take(answer).started[0];
  CHECK(track.codec.payload_type == 120);
  CHECK(track.codec.nack);
  CHECK_FALSE(track.codec.pli);
  CHECK_FALSE(track.codec.remb);
  CHECK(r.negotiation->remote()->extensions == HeaderExtensionIds{1, 0, 0});
}

TEST_CASE("extmap-allow-mixed follows the receiver's last answer") {
  Receiver r;
  r.negotiation->set_sources({audio()});
  auto answer = Receiver::accepting(r.offer());
  CHECK(r.last.extmap_allow_mixed);
  answer.extmap_allow_mixed = false;
  r.take(answer);
  r.negotiation->set_sources({audio(), video()});
  CHECK_FALSE(r.offer().extmap_allow_mixed);
}

TEST_CASE("a passive receiver makes us the DTLS client") {
  Receiver r;
  r.negotiation->set_sources({audio()});
  auto answer = Receiver::accepting(r.offer());
  answer.sections[0].setup = sdp::SetupRole::kPassive;
  r.take(answer);
  CHECK(r.negotiation->remote()->local_role == DtlsRole::kClient);
}

TEST_CASE("answers that do not fit are refused with the reason") {
  const auto reason = [](auto change) {
    Receiver r;
    r.negotiation->set_sources({audio(), video()});
    auto answer = Receiver::accepting(r.offer());
    change(answer);
    const auto outcome = r.negotiation->take_answer(answer);
    return outcome ? std::string() : outcome.error().message;
  };
  CHECK(reason([](auto&) {}) == "");
  CHECK(reason([](auto& a) { a.sections.pop_back(); }).find("has 1 media sections") !=
        std::string::npos);
  CHECK(reason([](auto& a) { std::swap(a.sections[0], a.sections[1]); }).find("media section 0") !=
        std::string::npos);
  CHECK(reason([](auto& a) { a.sections[0].ice = {}; }).find("ICE") != std::string::npos);
  CHECK(reason([](auto& a) { a.fingerprints.clear(); }).find("fingerprint") != std::string::npos);
  CHECK(reason([](auto& a) { a.sections[0].setup = sdp::SetupRole::kActPass; }).find("setup") !=
        std::string::npos);
  CHECK(reason([](auto& a) {
          for (auto& section : a.sections) section.port = 0;
          a.groups.clear();
        }).find("none of the tracks") != std::string::npos);
  CHECK(reason([](auto& a) {
          for (auto& section : a.sections) section.direction = sdp::Direction::kInactive;
        }).find("none of the tracks") != std::string::npos);

  Receiver r;
  r.negotiation->set_sources({audio()});
  const auto answer = Receiver::accepting(r.offer());
  r.take(answer);
  CHECK_FALSE(r.negotiation->take_answer(answer).has_value());
}
