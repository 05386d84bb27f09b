#include "signald/sdp/session_description.h"

#include <doctest/doctest.h>

#include "common/random/random.h"
#include "signald/sdp/sdp_writer.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"

using namespace halcyon;
using namespace halcyon::signald::sdp;

namespace {

const std::string kStart = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";
const std::string kVideo = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n";

std::string error_of(const std::string& text) {
  const auto description = parse_session_description(text);
  return description ? "" : description.error().message;
}

}  // namespace

TEST_CASE("every recorded description survives being written and read again") {
  const auto names = all_recorded();
  REQUIRE(names.size() > 20);
  for (const std::string& name : names) {
    CAPTURE(name);
    // The writer puts lines in its own order; from then on nothing may change.
    const std::string written = write_session_description(parsed(name));
    const auto again = parse_session_description(written);
    REQUIRE(again.has_value());
    CHECK(write_session_description(*again) == written);
    CHECK(again->sections.size() == parsed(name).sections.size());
    // No line is lost but those that mean nothing: the same number of lines, except candidates.
    const std::string original = recorded(name);
    CHECK(std::count(written.begin(), written.end(), '\n') ==
          std::count(original.begin(), original.end(), '\n'));
  }
}

TEST_CASE("what is written in canonical order is read back equal") {
  for (const std::string name : {"chromium-simulcast", "wrtc-camera", "safari-style"}) {
    CAPTURE(name);
    const auto canonical = parse_session_description(write_session_description(parsed(name)));
    REQUIRE(canonical.has_value());
    CHECK(parse_session_description(write_session_description(*canonical)) == *canonical);
  }
}

TEST_CASE("Chromium's simulcast offer is understood") {
  const SessionDescription offer = parsed("chromium-simulcast");
  REQUIRE(offer.bundle() != nullptr);
  CHECK(*offer.bundle() == std::vector<std::string>{"0", "1"});
  CHECK(offer.extmap_allow_mixed);
  REQUIRE(offer.sections.size() == 2);
  const MediaSection& audio = offer.sections[0];
  CHECK(audio.kind == "audio");
  CHECK(audio.direction == Direction::kSendOnly);
  REQUIRE(audio.rtpmap(111) != nullptr);
  CHECK(*audio.rtpmap(111) == RtpMap{111, "opus", 48000, 2});
  CHECK(audio.fmtp(111) == "minptime=10;useinbandfec=1");
  CHECK(audio.fingerprints[0].digest.size() == 32);
  CHECK(audio.setup == SetupRole::kActPass);
  CHECK(audio.ssrcs.size() == 2);
  const MediaSection& video = offer.sections[1];
  CHECK(video.has_feedback(96, "nack pli"));
  CHECK_FALSE(video.has_feedback(97, "nack"));
  REQUIRE(video.rids.size() == 2);
  CHECK(video.rids[0].id == "h");
  REQUIRE(video.simulcast.send.size() == 2);
  CHECK(video.simulcast.send[1][0].rid == "l");
  CHECK(video.ssrcs.empty());
  CHECK(video.payload_types().front() == 96);
}

TEST_CASE("Firefox's offer is understood with its security at session level") {
  const SessionDescription offer = parsed("firefox-simulcast");
  CHECK(offer.fingerprints.size() == 1);
  CHECK(offer.direction == Direction::kSendRecv);
  CHECK(offer.origin.username == "mozilla...THIS_IS_SDPARTA-99.0");
  REQUIRE(offer.sections.size() == 2);
  CHECK(offer.sections[0].direction == Direction::kSendOnly);
  CHECK(offer.sections[0].ice.complete());
  const MediaSection& video = offer.sections[1];
  CHECK(video.ssrc_groups.size() == 2);
  CHECK(video.ssrcs.size() == 4);
  CHECK(video.extmaps[6] ==
        Extmap{9, Direction::kSendOnly, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", ""});
}

TEST_CASE("gathered candidates are read, mDNS names too") {
  CHECK(parsed("chromium-camera-gathered").sections[0].candidates.size() == 4);
  const SessionDescription firefox = parsed("firefox-camera-gathered");
  CHECK(firefox.sections[0].candidates.size() == 8);
  CHECK(firefox.sections[0].candidates[0].address.ends_with(".local"));
  CHECK(firefox.sections[0].end_of_candidates);
}

TEST_CASE("a data channel section is kept with its format and attributes") {
  const SessionDescription offer = parsed("chromium-datachannel");
  REQUIRE(offer.sections.size() == 2);
  CHECK(offer.sections[1].kind == "application");
  CHECK(offer.sections[1].formats == std::vector<std::string>{"webrtc-datachannel"});
  CHECK(offer.sections[1].payload_types().empty());
}

TEST_CASE("line ends may be LF alone, and empty lines are skipped") {
  std::string text = recorded("chromium-camera");
  std::erase(text, '\r');
  const auto description = parse_session_description(text + "\n\n");
  REQUIRE(description.has_value());
  CHECK(*description == parsed("chromium-camera"));
}

TEST_CASE("unknown attributes and lines are kept or passed over, never fatal") {
  const auto description = parse_session_description(
      kStart + "b=AS:1\r\na=tool:x y\r\na=flag\r\n" + kVideo +
      "i=title\r\na=x-google-flag:conference\r\na=simulcast: send rid=h;l\r\n"
      "a=imageattr:96 send *\r\na=candidate:1 1 udp nonsense\r\na=fmtp:x y\r\na=:\r\n");
  REQUIRE(description.has_value());
  CHECK(description->other == std::vector<Attribute>{{"tool", "x y"}, {"flag", std::nullopt}});
  CHECK(description->sections[0].other.size() == 4);
  CHECK(description->sections[0].candidates.empty());
}

TEST_CASE("a malformed description is refused with the line and the reason") {
  const struct {
    std::string text, reason;
  } cases[] = {
      {"", "no v= line"},
      {"o=- 1 1 IN IP4 0.0.0.0\r\n", "line 1: does not begin with v=0"},
      {"v=1\r\n", "line 1: not version 0: v=1"},
      {"v=0\r\nv=0\r\n", "line 2: not version 0"},
      {"v=0\r\no=- x 1\r\n", "line 2: bad origin"},
      {kStart + "hello\r\n", "line 5: not of the form x=value: hello"},
      {kStart + "a\r\n", "not of the form"},
      {kStart + "m=video\r\n", "bad media section"},
      {kStart + "m=video 65536 RTP 96\r\n", "bad media section"},
      {kStart + kVideo + "a=rtpmap:96\r\n", "line 6: bad value: a=rtpmap:96"},
      {kStart + kVideo + "a=rtpmap:200 VP8/90000\r\n", "bad value"},
      {kStart + kVideo + "a=mid:\r\n", "bad value"},
      {kStart + kVideo + "a=mid:a b\r\n", "bad value"},
      {kStart + kVideo + "a=mid:" + std::string(kMaxMidSize + 1, 'm') + "\r\n", "bad value"},
      {kStart + kVideo + "a=ssrc:x cname:y\r\n", "bad value"},
      {kStart + kVideo + "a=setup:maybe\r\n", "bad value"},
      {kStart + kVideo + "a=fingerprint:sha-256 zz\r\n", "bad value"},
      {kStart + kVideo + "a=ice-ufrag:a b\r\n", "bad value"},
      {kStart + kVideo + "a=ice-pwd:" + std::string(kMaxIceCredentialSize + 1, 'p') + "\r\n",
       "bad value"},
      {kStart + kVideo + "a=extmap:0 urn:x\r\n", "bad value"},
      {kStart + kVideo + "a=rid:\xff send\r\n", "bad value: a=rid:? send"},
      {kStart + "a=" + std::string(kMaxLineSize, 'x') + "\r\n", "longer than allowed"},
      {kStart + std::string("a=x\0y", 5) + "\r\n", "zero byte"},
      {std::string(kMaxDescriptionSize + 1, 'v'), "longer than"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const std::string error = error_of(c.text);
    CHECK_MESSAGE(error.find(c.reason) != std::string::npos, error);
  }
}

TEST_CASE("sections, attributes and rids are bounded") {
  std::string sections = kStart;
  for (std::size_t i = 0; i < kMaxSections; ++i) sections += kVideo;
  CHECK(error_of(sections) == "");
  CHECK(error_of(sections + kVideo).find("too many sections") != std::string::npos);

  std::string attributes = kStart + kVideo;
  for (std::size_t i = 0; i < kMaxAttributesPerSection; ++i) attributes += "a=x\r\n";
  CHECK(error_of(attributes) == "");
  CHECK(error_of(attributes + "a=x\r\n").find("too many attributes") != std::string::npos);

  std::string rids = kStart + kVideo;
  for (std::size_t i = 0; i < kMaxRids; ++i) rids += "a=rid:" + std::to_string(i) + " send\r\n";
  CHECK(error_of(rids) == "");
  CHECK(error_of(rids + "a=rid:x send\r\n") != "");
}

TEST_CASE("damaged descriptions never do more than fail") {
  SeededRandom random(7);
  for (const std::string& name : all_recorded()) {
    const std::string original = recorded(name);
    for (int round = 0; round < 100; ++round) {
      std::string text = original;
      for (std::uint32_t change = 0; change <= random.u32() % 8; ++change) {
        const std::size_t at = random.u32() % text.size();
        switch (random.u32() % 3) {
          case 0:
            text[at] = static_cast<char>(random.u32());
            break;
          case 1:
            text.erase(at, random.u32() % 40);
            if (text.empty()) text = original;
            break;
          default:
            text.insert(at, original.substr(random.u32() % original.size(), random.u32() % 60));
        }
      }
      const auto description = parse_session_description(text);
      if (!description) {
        CHECK_FALSE(description.error().message.empty());
        continue;
      }
      CHECK(parse_session_description(write_session_description(*description)).has_value());
    }
  }
}
