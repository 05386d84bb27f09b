#include "signald/stream/up_negotiation.h"

#include <doctest/doctest.h>

#include "signald/sdp/sdp_writer.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"
#include "tests/unit/signald/stream/golden.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

LocalTransport local_transport() {
  LocalTransport local;
  local.ice = {"localUfrag", "localPasswordOf24Letters"};
  local.fingerprint = {"sha-256", std::vector<std::uint8_t>(32, 0xab)};
  local.candidates = {
      *sdp::parse_candidate("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"),
      *sdp::parse_candidate("candidate:2 1 tcp 1526726655 192.0.2.1 5000 typ host tcptype passive"),
  };
  return local;
}

UpNegotiation negotiation(const std::vector<std::string>& codecs = {}) {
  return UpNegotiation(registered_codecs(codecs), 1234);
}

std::string answer_to(UpNegotiation& n, const sdp::SessionDescription& offer) {
  const auto change = n.take_offer(offer);
  REQUIRE_MESSAGE(change.has_value(), (change ? "" : change.error().message));
  return n.answer(local_transport());
}

sdp::SessionDescription answered(UpNegotiation& n, const sdp::SessionDescription& offer) {
  const auto answer = sdp::parse_session_description(answer_to(n, offer));
  REQUIRE(answer.has_value());
  return *answer;
}

std::string refusal(const sdp::SessionDescription& offer) {
  auto n = negotiation();
  const auto change = n.take_offer(offer);
  return change ? "" : change.error().message;
}

}  // namespace

TEST_CASE("every recorded offer gets an answer that fits it") {
  for (const std::string& name : sdp::all_recorded()) {
    if (name.find("answer") != std::string::npos) continue;
    CAPTURE(name);
    const auto offer = sdp::parsed(name);
    auto n = negotiation({"vp8", "vp9", "h264", "av1", "opus"});
    const auto answer = answered(n, offer);
    REQUIRE(answer.sections.size() == offer.sections.size());
    CHECK(answer.ice_lite);
    CHECK(answer.fingerprints.size() == 1);
    CHECK(answer.extmap_allow_mixed);
    for (std::size_t i = 0; i < offer.sections.size(); ++i) {
      const auto& offered = offer.sections[i];
      const auto& section = answer.sections[i];
      CHECK(section.kind == offered.kind);
      CHECK(section.protocol == offered.protocol);
      CHECK(section.mid == offered.mid);
      if (section.port == 0) continue;
      CHECK(section.setup == sdp::SetupRole::kActive);
      CHECK(section.ice == local_transport().ice);
      CHECK(section.rtcp_mux);
      CHECK(section.ssrcs.empty());
      CHECK(section.msids.empty());
      for (const std::uint8_t type : section.payload_types()) {
        CAPTURE(int{type});
        REQUIRE(offered.rtpmap(type) != nullptr);
        CHECK(*section.rtpmap(type) == *offered.rtpmap(type));
        CHECK(section.fmtp(type) == offered.fmtp(type));
      }
      for (const auto& extmap : section.extmaps) {
        CHECK(std::any_of(offered.extmaps.begin(), offered.extmaps.end(),
                          [&](const auto& e) { return e.id == extmap.id && e.uri == extmap.uri; }));
      }
    }
  }
}

TEST_CASE("answers are what they were") {
  for (const std::string name : {"chromium-simulcast", "chromium-datachannel", "firefox-simulcast",
                                 "safari-style", "chromium-life-5-video-stopped", "wrtc-camera"}) {
    auto n = negotiation({"vp8", "h264", "opus"});
    check_golden("answer-to-" + name, answer_to(n, sdp::parsed(name)));
  }
}

TEST_CASE("Chromium's simulcast offer announces one audio track and its encodings in order") {
  auto n = negotiation();
  const auto answer = answered(n, sdp::parsed("chromium-simulcast"));
  REQUIRE(n.tracks().size() == 3);
  CHECK(n.tracks()[0].kind == MediaKind::kAudio);
  CHECK(n.tracks()[0].ssrcs == std::vector<std::uint32_t>{3492532806});
  CHECK(n.tracks()[0].msid.track == "c46ae5a5-1014-49ae-9e24-0bb88520be93");
  CHECK(n.tracks()[1].rid == "h");
  CHECK(n.tracks()[2].rid == "l");
  CHECK(n.tracks()[1].ssrcs.empty());
  const auto& video = answer.sections[1];
  CHECK(video.rids.size() == 2);
  CHECK(video.rids[0].direction == sdp::Direction::kRecvOnly);
  REQUIRE(video.simulcast.recv.size() == 2);
  CHECK(video.simulcast.recv[0][0].rid == "h");
  REQUIRE(n.remote().has_value());
  CHECK(n.remote()->extensions == HeaderExtensionIds{4, 10, 11});
  CHECK(n.remote()->local_role == DtlsRole::kClient);
  CHECK(n.remote()->ice.ufrag == "b4RF");
  CHECK(answer.sections[0].extmaps.size() == 1);  // mid, for audio too
  CHECK(answer.sections[1].extmaps.size() == 3);
}

TEST_CASE("Firefox's ssrc lines in a section with rids are ignored") {
  auto n = negotiation();
  answered(n, sdp::parsed("firefox-simulcast"));
  REQUIRE(n.tracks().size() == 3);
  CHECK(n.tracks()[1].ssrcs.empty());
  CHECK(n.tracks()[0].ssrcs == std::vector<std::uint32_t>{97431336});
  CHECK(n.remote()->fingerprints == sdp::parsed("firefox-simulcast").fingerprints);
  CHECK(n.remote()->extensions == HeaderExtensionIds{3, 9, 10});
}

TEST_CASE("the SSRC of retransmissions is not taken for a track's") {
  auto n = negotiation();
  answered(n, sdp::parsed("chromium-camera"));
  REQUIRE(n.tracks().size() == 2);
  CHECK(n.tracks()[1].ssrcs == std::vector<std::uint32_t>{2882155379});
  CHECK(n.tracks()[1].msid.stream == "9e4d6601-400a-40c6-8f3a-2d8d7a5c0862");
}

TEST_CASE("the order of encodings is that of the simulcast line, and paused ones stay paused") {
  auto offer = sdp::parsed("chromium-simulcast");
  offer.sections[1].simulcast.send = {{{"l", true}}, {{"h", false}}, {{"x", false}}};
  auto n = negotiation();
  const auto answer = answered(n, offer);
  REQUIRE(n.tracks().size() == 3);
  CHECK(n.tracks()[1].rid == "l");
  CHECK(n.tracks()[2].rid == "h");
  REQUIRE(answer.sections[1].simulcast.recv.size() == 2);
  CHECK(answer.sections[1].simulcast.recv[0][0].paused);
}

TEST_CASE("names come from ssrc lines where there is no msid line, and '-' is no name") {
  auto offer = sdp::parsed("chromium-camera");
  offer.sections[0].msids.clear();
  offer.sections[1].msids = {{"-", "t"}};
  auto n = negotiation();
  answered(n, offer);
  CHECK(n.tracks()[0].msid.track == "c46ae5a5-1014-49ae-9e24-0bb88520be93");
  CHECK(n.tracks()[1].msid == sdp::Msid{"", "t"});
}

TEST_CASE("a section without a common codec is rejected and leaves the bundle") {
  auto n = negotiation({"opus", "h264"});
  const auto answer = answered(n, sdp::parsed("firefox-camera"));
  CHECK(answer.sections[0].port == 9);
  CHECK(answer.sections[1].port == 0);
  CHECK(answer.sections[1].formats == std::vector<std::string>{"0"});
  CHECK(*answer.bundle() == std::vector<std::string>{"0"});
  CHECK(n.tracks().size() == 1);
}

TEST_CASE("candidates stand in the first accepted section") {
  auto n = negotiation({"vp8"});
  const auto answer = answered(n, sdp::parsed("chromium-camera"));
  CHECK(answer.sections[0].port == 0);
  CHECK(answer.sections[0].candidates.empty());
  CHECK(answer.sections[1].candidates.size() == 2);
  CHECK(answer.sections[1].end_of_candidates);
}

TEST_CASE("a data channel is refused while the audio beside it is taken") {
  auto n = negotiation();
  const auto answer = answered(n, sdp::parsed("chromium-datachannel"));
  CHECK(answer.sections[0].port == 9);
  CHECK(answer.sections[1].port == 0);
  CHECK(answer.sections[1].formats == std::vector<std::string>{"webrtc-datachannel"});
}

TEST_CASE("an offer outside a bundle is answered with everything rejected and no transport") {
  auto offer = sdp::parsed("chromium-camera");
  offer.groups.clear();
  auto n = negotiation();
  const auto answer = answered(n, offer);
  for (const auto& section : answer.sections) CHECK(section.port == 0);
  CHECK(answer.groups.empty());
  CHECK_FALSE(n.remote().has_value());
  CHECK(n.tracks().empty());
}

TEST_CASE("a section without direction counts as sendrecv") {
  auto offer = sdp::parsed("chromium-camera");
  offer.sections[0].direction.reset();
  auto n = negotiation();
  CHECK(answered(n, offer).sections[0].direction == sdp::Direction::kRecvOnly);
  CHECK(n.tracks().size() == 2);
}

TEST_CASE("a section that only receives is answered inactive and has no track") {
  auto offer = sdp::parsed("chromium-camera");
  offer.sections[1].direction = sdp::Direction::kRecvOnly;
  auto n = negotiation();
  CHECK(answered(n, offer).sections[1].direction == sdp::Direction::kInactive);
  CHECK(n.tracks().size() == 1);
}

TEST_CASE("the DTLS role answers the offered one and stays as it was") {
  const struct {
    sdp::SetupRole offered, answer;
  } cases[] = {{sdp::SetupRole::kActPass, sdp::SetupRole::kActive},
               {sdp::SetupRole::kActive, sdp::SetupRole::kPassive},
               {sdp::SetupRole::kPassive, sdp::SetupRole::kActive}};
  for (const auto& c : cases) {
    auto offer = sdp::parsed("chromium-camera");
    for (auto& section : offer.sections) section.setup = c.offered;
    auto n = negotiation();
    CHECK(answered(n, offer).sections[0].setup == c.answer);
    // Chromium offers actpass again when it renegotiates.
    CHECK(answered(n, sdp::parsed("chromium-camera")).sections[0].setup == c.answer);
  }
  auto lite = sdp::parsed("chromium-camera");
  lite.ice_lite = true;
  auto n = negotiation();
  CHECK(answered(n, lite).sections[0].setup == sdp::SetupRole::kPassive);
}

TEST_CASE("extensions in one direction only are used when the publisher sends them") {
  auto offer = sdp::parsed("chromium-camera");
  for (auto& extmap : offer.sections[0].extmaps) extmap.direction = sdp::Direction::kRecvOnly;
  offer.sections[1].extmaps.push_back({15, std::nullopt, std::string(kRidExtension), ""});
  offer.sections[1].extmaps.push_back({300, std::nullopt, std::string(kMidExtension), ""});
  auto n = negotiation();
  const auto answer = answered(n, offer);
  CHECK(answer.sections[0].extmaps.empty());
  for (const auto& extmap : answer.sections[1].extmaps) {
    CHECK(extmap.id != 15);
    CHECK(extmap.id != 300);
  }
}

TEST_CASE("extmap-allow-mixed is answered only where it was offered") {
  auto offer = sdp::parsed("chromium-camera");
  offer.extmap_allow_mixed = false;
  auto n = negotiation();
  CHECK_FALSE(answered(n, offer).extmap_allow_mixed);
}

TEST_CASE("offers that cannot be answered are refused with the reason") {
  auto no_mid = sdp::parsed("chromium-camera");
  no_mid.sections[0].mid.reset();
  CHECK(refusal(no_mid).find("no a=mid") != std::string::npos);

  auto same_mid = sdp::parsed("chromium-camera");
  same_mid.sections[1].mid = same_mid.sections[0].mid;
  CHECK(refusal(same_mid).find("two media sections") != std::string::npos);

  auto plan_b = sdp::parsed("chromium-camera");
  plan_b.sections[1].ssrc_groups.clear();
  CHECK(refusal(plan_b).find("Plan B") != std::string::npos);

  auto no_ice = sdp::parsed("chromium-camera");
  no_ice.sections[0].ice = {};
  CHECK(refusal(no_ice).find("ICE credentials") != std::string::npos);

  auto no_fingerprint = sdp::parsed("chromium-camera");
  for (auto& section : no_fingerprint.sections) section.fingerprints.clear();
  CHECK(refusal(no_fingerprint).find("fingerprint") != std::string::npos);

  auto hold = sdp::parsed("chromium-camera");
  hold.sections[0].setup = sdp::SetupRole::kHoldConn;
  CHECK(refusal(hold).find("holdconn") != std::string::npos);

  auto stray_tag = sdp::parsed("chromium-camera");
  stray_tag.groups[0].mids = {"7", "0", "1"};
  CHECK(refusal(stray_tag).find("names no media section") != std::string::npos);
}

TEST_CASE("a refused offer leaves the negotiation as it was") {
  auto n = negotiation();
  answered(n, sdp::parsed("chromium-camera"));
  auto bad = sdp::parsed("chromium-simulcast");
  bad.sections[1].mid.reset();
  CHECK_FALSE(n.take_offer(bad).has_value());
  CHECK(n.tracks().size() == 2);
  CHECK(n.remote()->ice == sdp::parsed("chromium-camera").sections[0].ice);
}

TEST_CASE("a publisher's life: tracks come and go, ICE restarts, a section is recycled") {
  for (const std::string browser : {"chromium", "firefox"}) {
    CAPTURE(browser);
    auto n = negotiation();
    const auto step = [&](const std::string& name) {
      const auto change = n.take_offer(sdp::parsed(browser + "-life-" + name));
      REQUIRE(change.has_value());
      const auto answer = sdp::parse_session_description(n.answer(local_transport()));
      REQUIRE(answer.has_value());
      return std::pair(*change, *answer);
    };
    auto [change, answer] = step("1-video");
    CHECK(answer.origin.version == 1);
    REQUIRE(n.tracks().size() == 1);
    const UpTrackDescription video = n.tracks()[0];

    std::tie(change, answer) = step("2-audio-added");
    CHECK_FALSE(change.ice_restart);
    CHECK(answer.origin.version == 2);
    REQUIRE(n.tracks().size() == 2);
    CHECK(n.tracks()[0].same_source(video));
    const UpTrackDescription audio = n.tracks()[1];

    std::tie(change, answer) = step("3-ice-restart");
    CHECK(change.ice_restart);
    CHECK_FALSE(change.new_association);
    CHECK(n.tracks()[0].same_source(video));

    std::tie(change, answer) = step("4-video-removed");
    CHECK(answer.sections[0].direction == sdp::Direction::kInactive);
    REQUIRE(n.tracks().size() == 1);
    CHECK(n.tracks()[0].same_source(audio));

    std::tie(change, answer) = step("5-video-stopped");
    CHECK(answer.sections[0].port == 0);
    CHECK(*answer.bundle() == std::vector<std::string>{"1"});
    CHECK_FALSE(answer.sections[1].candidates.empty());

    std::tie(change, answer) = step("6-video-recycled");
    CHECK(answer.sections[0].mid == "2");
    CHECK(answer.sections[0].port == 9);
    REQUIRE(n.tracks().size() == 2);
    CHECK_FALSE(n.tracks()[0].same_source(video));
    CHECK(n.tracks()[1].same_source(audio));
  }
}

TEST_CASE("another certificate of the publisher is a new association") {
  auto n = negotiation();
  answered(n, sdp::parsed("chromium-camera"));
  const auto change = n.take_offer(sdp::parsed("chromium-camera-sendrecv"));
  REQUIRE(change.has_value());
  CHECK(change->ice_restart);
  CHECK(change->new_association);
}
