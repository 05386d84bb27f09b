#include "signald/stream/codec_table.h"

#include <algorithm>
#include <array>

#include "signald/sdp/fmtp_parameters.h"
#include "signald/sdp/session_description.h"

namespace halcyon::signald {
namespace {

struct Entry {
  std::string_view group_name;
  MediaKind kind;
  std::string_view name;
  std::uint32_t clock_rate;
  std::uint32_t channels;
  std::string_view fmtp;
};

constexpr std::array kTable = {
    Entry{"vp8", MediaKind::kVideo, "VP8", 90000, 0, ""},
    Entry{"vp9", MediaKind::kVideo, "VP9", 90000, 0, "profile-id=0"},
    Entry{"vp9", MediaKind::kVideo, "VP9", 90000, 0, "profile-id=2"},
    Entry{"av1", MediaKind::kVideo, "AV1", 90000, 0, ""},
    Entry{"h264", MediaKind::kVideo, "H264", 90000, 0,
          "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
    Entry{"opus", MediaKind::kAudio, "opus", 48000, 2,
          "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1"},
    Entry{"g722", MediaKind::kAudio, "G722", 8000, 1, ""},
    Entry{"pcmu", MediaKind::kAudio, "PCMU", 8000, 1, ""},
    Entry{"pcma", MediaKind::kAudio, "PCMA", 8000, 1, ""},
};

constexpr std::uint8_t kVp9Profile0 = 98;
constexpr std::uint8_t kVp9Profile2 = 100;
constexpr std::uint8_t kVp9Other = 99;
constexpr std::uint8_t kH264Baseline = 102;
constexpr std::uint8_t kH264ConstrainedBaseline = 108;
// Any free dynamic number: browsers take what the offer says.
constexpr std::uint8_t kH264Other = 123;
constexpr std::uint8_t kUnlisted = 127;

std::uint8_t vp9_payload_type(const sdp::FmtpParameters& fmtp) {
  const std::string_view profile = fmtp.value("profile-id").value_or("0");
  return profile == "0" ? kVp9Profile0 : profile == "2" ? kVp9Profile2 : kVp9Other;
}

std::uint8_t h264_payload_type(const sdp::FmtpParameters& fmtp) {
  const std::string_view profile = fmtp.value("profile-level-id").value_or("4200").substr(0, 4);
  if (sdp::equal_ignoring_case(profile, "4200")) return kH264Baseline;
  if (sdp::equal_ignoring_case(profile, "42e0")) return kH264ConstrainedBaseline;
  return kH264Other;
}

}  // namespace

bool is_codec_name(std::string_view name) {
  return std::any_of(kTable.begin(), kTable.end(),
                     [&](const Entry& entry) { return entry.group_name == name; });
}

std::vector<RegisteredCodec> registered_codecs(const std::vector<std::string>& names) {
  static const std::vector<std::string> kDefault = {"vp8", "opus"};
  std::vector<RegisteredCodec> codecs;
  for (const std::string& name : names.empty() ? kDefault : names) {
    for (const Entry& entry : kTable) {
      if (entry.group_name != name) continue;
      const RegisteredCodec codec{entry.kind, std::string(entry.name), entry.clock_rate,
                                  entry.channels, std::string(entry.fmtp)};
      if (std::find(codecs.begin(), codecs.end(), codec) == codecs.end()) codecs.push_back(codec);
    }
  }
  return codecs;
}

std::uint8_t down_payload_type(std::string_view name, std::string_view fmtp) {
  const auto is = [&](std::string_view other) { return sdp::equal_ignoring_case(name, other); };
  if (is("VP8")) return 96;
  if (is("VP9")) return vp9_payload_type(sdp::FmtpParameters(fmtp));
  if (is("AV1")) return 35;
  if (is("H264")) return h264_payload_type(sdp::FmtpParameters(fmtp));
  if (is("opus")) return 111;
  if (is("G722")) return 9;
  if (is("PCMU")) return 0;
  if (is("PCMA")) return 8;
  return kUnlisted;
}

}  // namespace halcyon::signald
