#include "signald/stream/codec_matching.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/signald/sdp/recorded_sdp.h"

using namespace halcyon::signald;

namespace {

RegisteredCodec codec(const std::string& name) { return registered_codecs({name}).front(); }

std::vector<int> accepted_types(const std::string& recorded, MediaKind kind,
                                const std::vector<std::string>& names) {
  const auto offer = sdp::parsed(recorded);
  std::vector<int> types;
  for (const auto& section : offer.sections) {
    if (media_kind(section) != kind) continue;
    for (const auto& c : accepted_codecs(section, kind, registered_codecs(names))) {
      types.push_back(c.payload_type);
    }
  }
  return types;
}

}  // namespace

TEST_CASE("a group without codecs has VP8 and Opus, and unknown names are left out") {
  const auto codecs = registered_codecs({});
  REQUIRE(codecs.size() == 2);
  CHECK(codecs[0].name == "VP8");
  CHECK(codecs[1].name == "opus");
  CHECK(registered_codecs({"vp7", "av1", "av1"}).size() == 1);
  CHECK(registered_codecs({"vp9"}).size() == 2);
  CHECK_FALSE(is_codec_name("VP8"));
  CHECK(is_codec_name("h264"));
}

TEST_CASE("variants of a codec match by the parameters that tell them apart") {
  const struct {
    const char* group;
    sdp::RtpMap offered;
    const char* fmtp;
    CodecMatch match;
  } cases[] = {
      {"vp8", {120, "VP8", 90000, 0}, "max-fs=12288;max-fr=60", CodecMatch::kExact},
      {"vp8", {120, "vp8", 90000, 0}, "", CodecMatch::kExact},
      {"vp8", {120, "VP8", 48000, 0}, "", CodecMatch::kNone},
      {"vp8", {120, "VP9", 90000, 0}, "", CodecMatch::kNone},
      {"vp9", {98, "VP9", 90000, 0}, "", CodecMatch::kExact},
      {"vp9", {98, "VP9", 90000, 0}, "profile-id=1", CodecMatch::kSimilar},
      {"av1", {45, "AV1", 90000, 0}, "level-idx=5;profile=0;tier=0", CodecMatch::kExact},
      {"av1", {45, "AV1", 90000, 0}, "profile=1", CodecMatch::kSimilar},
      {"h264",
       {1, "H264", 90000, 0},
       "packetization-mode=1;profile-level-id=42E034",
       CodecMatch::kExact},
      {"h264",
       {1, "H264", 90000, 0},
       "packetization-mode=0;profile-level-id=42e01f",
       CodecMatch::kSimilar},
      {"h264",
       {1, "H264", 90000, 0},
       "packetization-mode=1;profile-level-id=640c1f",
       CodecMatch::kSimilar},
      {"h264", {1, "H264", 90000, 0}, "profile-level-id=42e01f", CodecMatch::kSimilar},
      {"h264",
       {1, "H264", 90000, 0},
       "packetization-mode=1;profile-level-id=42",
       CodecMatch::kSimilar},
      {"opus",
       {109, "OPUS", 48000, 2},
       "maxplaybackrate=48000;stereo=1;useinbandfec=1",
       CodecMatch::kExact},
      {"opus", {109, "opus", 48000, 2}, "useinbandfec=0", CodecMatch::kSimilar},
      {"opus", {109, "opus", 48000, 0}, "", CodecMatch::kNone},
      {"g722", {9, "G722", 8000, 0}, "", CodecMatch::kExact},
      {"g722", {9, "G722", 8000, 1}, "", CodecMatch::kExact},
      {"pcmu", {0, "PCMU", 8000, 2}, "", CodecMatch::kNone},
  };
  for (const auto& c : cases) {
    CAPTURE(c.group);
    CAPTURE(c.fmtp);
    CHECK(match_codec(codec(c.group), c.offered, c.fmtp) == c.match);
  }
}

TEST_CASE("browsers' offers leave the group's codecs in the browser's order") {
  CHECK(accepted_types("chromium-camera", MediaKind::kVideo, {}) == std::vector{96});
  CHECK(accepted_types("chromium-camera", MediaKind::kAudio, {}) == std::vector{111});
  CHECK(accepted_types("firefox-camera", MediaKind::kVideo, {}) == std::vector{120});
  CHECK(accepted_types("firefox-camera", MediaKind::kAudio, {}) == std::vector{109});
  CHECK(accepted_types("chromium-camera", MediaKind::kVideo, {"vp9", "vp8"}) ==
        std::vector{96, 98, 100});
  CHECK(accepted_types("firefox-camera", MediaKind::kVideo, {"av1", "vp9"}) ==
        std::vector{121, 99});
  CHECK(accepted_types("chromium-camera", MediaKind::kAudio, {"pcma", "g722", "pcmu"}) ==
        std::vector{9, 0, 8});
  CHECK(accepted_types("wrtc-camera", MediaKind::kVideo, {}) == std::vector{96});
}

TEST_CASE("only the exact H264 is taken where there is one") {
  CHECK(accepted_types("safari-style", MediaKind::kVideo, {"h264"}) == std::vector{98});
}

TEST_CASE("H264 of another profile is taken where there is no exact one") {
  auto offer = sdp::parsed("safari-style");
  auto& section = offer.sections[1];
  section.formats = {"96", "97", "100"};
  const auto accepted = accepted_codecs(section, MediaKind::kVideo, registered_codecs({"h264"}));
  REQUIRE(accepted.size() == 2);
  CHECK(accepted[0].payload_type == 96);
  CHECK(accepted[1].payload_type == 100);
}

TEST_CASE("feedback is what both sides know, and none for audio") {
  auto section = sdp::parsed("chromium-camera").sections[1];
  const auto video = accepted_codecs(section, MediaKind::kVideo, registered_codecs({}));
  REQUIRE(video.size() == 1);
  CHECK(video[0].remb);
  CHECK(video[0].nack);
  CHECK(video[0].pli);
  CHECK(video[0].fir);
  std::erase_if(section.feedback, [](const auto& f) { return f.value != "nack"; });
  section.feedback[0].payload_type.reset();
  const auto poor = accepted_codecs(section, MediaKind::kVideo, registered_codecs({}));
  CHECK(poor[0].nack);
  CHECK_FALSE(poor[0].pli);
  CHECK_FALSE(poor[0].remb);
  sdp::MediaSection audio = sdp::parsed("chromium-camera").sections[0];
  audio.feedback.push_back({111, "nack"});
  CHECK_FALSE(accepted_codecs(audio, MediaKind::kAudio, registered_codecs({}))[0].nack);
}

TEST_CASE("static payload types need no rtpmap") {
  sdp::MediaSection audio;
  audio.kind = "audio";
  audio.formats = {"8", "0", "0", "9", "96"};
  const auto accepted =
      accepted_codecs(audio, MediaKind::kAudio, registered_codecs({"pcmu", "pcma"}));
  REQUIRE(accepted.size() == 2);
  CHECK(accepted[0].name == "PCMA");
  CHECK(accepted[1].name == "PCMU");
}

TEST_CASE("offers to receivers use one payload type per codec and profile") {
  CHECK(down_payload_type("VP8", "max-fs=1") == 96);
  CHECK(down_payload_type("VP9", "") == 98);
  CHECK(down_payload_type("VP9", "profile-id=2") == 100);
  CHECK(down_payload_type("AV1", "level-idx=5") == 35);
  CHECK(down_payload_type("H264", "") == 102);
  CHECK(down_payload_type("H264", "profile-level-id=42001f") == 102);
  CHECK(down_payload_type("h264", "profile-level-id=42E01f;packetization-mode=1") == 108);
  CHECK(down_payload_type("opus", "") == 111);
  CHECK(down_payload_type("G722", "") == 9);
  CHECK(down_payload_type("PCMU", "") == 0);
  CHECK(down_payload_type("PCMA", "") == 8);
  std::vector<int> all = {96, 98, 100, 35, 102, 108, 111, 9, 0, 8};
  all.push_back(down_payload_type("H264", "profile-level-id=640c1f"));
  all.push_back(down_payload_type("VP9", "profile-id=1"));
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}
