#include "signald/stream/codec_matching.h"

#include <algorithm>

#include "signald/sdp/fmtp_parameters.h"

namespace halcyon::signald {
namespace {

using sdp::equal_ignoring_case;
using sdp::FmtpParameters;

bool same_h264(const FmtpParameters& a, const FmtpParameters& b) {
  const auto mode_a = a.value("packetization-mode"), mode_b = b.value("packetization-mode");
  const auto level_a = a.value("profile-level-id"), level_b = b.value("profile-level-id");
  if (!mode_a || !mode_b || !level_a || !level_b) return false;
  // Profile and constraint bits; the level is each side's own (RFC 6184 8.2.2).
  return *mode_a == *mode_b && level_a->size() == 6 && level_b->size() == 6 &&
         equal_ignoring_case(level_a->substr(0, 4), level_b->substr(0, 4));
}

bool same_with_default(const FmtpParameters& a, const FmtpParameters& b, std::string_view name) {
  return a.value(name).value_or("0") == b.value(name).value_or("0");
}

bool no_contradiction(const FmtpParameters& a, const FmtpParameters& b) {
  return std::all_of(a.all().begin(), a.all().end(), [&](const auto& parameter) {
    const auto other = b.value(parameter.first);
    return !other || equal_ignoring_case(*other, parameter.second);
  });
}

bool same_variant(std::string_view name, const FmtpParameters& a, const FmtpParameters& b) {
  if (equal_ignoring_case(name, "H264")) return same_h264(a, b);
  if (equal_ignoring_case(name, "VP9")) return same_with_default(a, b, "profile-id");
  if (equal_ignoring_case(name, "AV1")) return same_with_default(a, b, "profile");
  return no_contradiction(a, b);
}

/// The rtpmap of an offered payload type, or what RFC 3551 6 says of it when the offer does not.
std::optional<sdp::RtpMap> mapping(const sdp::MediaSection& section, std::uint8_t payload_type) {
  if (const sdp::RtpMap* map = section.rtpmap(payload_type)) return *map;
  if (section.kind != "audio") return std::nullopt;
  switch (payload_type) {
    case 0:
      return sdp::RtpMap{0, "PCMU", 8000, 0};
    case 8:
      return sdp::RtpMap{8, "PCMA", 8000, 0};
    case 9:
      return sdp::RtpMap{9, "G722", 8000, 0};
    default:
      return std::nullopt;
  }
}

NegotiatedCodec negotiated(const sdp::MediaSection& section, MediaKind kind,
                           const sdp::RtpMap& map) {
  NegotiatedCodec codec{map.name, map.payload_type, map.clock_rate, map.channels,
                        std::string(section.fmtp(map.payload_type))};
  if (kind == MediaKind::kVideo) {
    codec.remb = section.has_feedback(map.payload_type, "goog-remb");
    codec.nack = section.has_feedback(map.payload_type, "nack");
    codec.pli = section.has_feedback(map.payload_type, "nack pli");
    codec.fir = section.has_feedback(map.payload_type, "ccm fir");
  }
  return codec;
}

}  // namespace

CodecMatch match_codec(const RegisteredCodec& registered, const sdp::RtpMap& offered,
                       std::string_view offered_fmtp) {
  // One channel is what an rtpmap without channels means (RFC 8866 6.6).
  const auto channels = [&](std::uint32_t n) {
    return registered.kind == MediaKind::kVideo ? 0 : std::max(n, 1u);
  };
  if (!equal_ignoring_case(registered.name, offered.name) ||
      registered.clock_rate != offered.clock_rate ||
      channels(registered.channels) != channels(offered.channels)) {
    return CodecMatch::kNone;
  }
  return same_variant(offered.name, FmtpParameters(registered.fmtp), FmtpParameters(offered_fmtp))
             ? CodecMatch::kExact
             : CodecMatch::kSimilar;
}

std::vector<NegotiatedCodec> accepted_codecs(const sdp::MediaSection& offered, MediaKind kind,
                                             const std::vector<RegisteredCodec>& registered) {
  std::vector<NegotiatedCodec> exact, similar;
  std::vector<std::uint8_t> seen;
  for (const std::uint8_t type : offered.payload_types()) {
    const auto map = mapping(offered, type);
    if (!map || std::find(seen.begin(), seen.end(), type) != seen.end()) continue;
    seen.push_back(type);
    CodecMatch best = CodecMatch::kNone;
    for (const RegisteredCodec& codec : registered) {
      if (codec.kind == kind) best = std::max(best, match_codec(codec, *map, offered.fmtp(type)));
    }
    if (best == CodecMatch::kExact) exact.push_back(negotiated(offered, kind, *map));
    if (best == CodecMatch::kSimilar) similar.push_back(negotiated(offered, kind, *map));
  }
  return exact.empty() ? similar : exact;
}

void add_codec(sdp::MediaSection& section, const NegotiatedCodec& codec) {
  const std::uint8_t type = codec.payload_type;
  section.formats.push_back(std::to_string(type));
  section.rtpmaps.push_back({type, codec.name, codec.clock_rate, codec.channels});
  if (!codec.fmtp.empty()) section.fmtps.push_back({type, codec.fmtp});
  if (codec.remb) section.feedback.push_back({type, "goog-remb"});
  if (codec.nack) section.feedback.push_back({type, "nack"});
  if (codec.pli) section.feedback.push_back({type, "nack pli"});
  if (codec.fir) section.feedback.push_back({type, "ccm fir"});
}

std::optional<MediaKind> media_kind(const sdp::MediaSection& section) {
  if (section.kind == "audio") return MediaKind::kAudio;
  if (section.kind == "video") return MediaKind::kVideo;
  return std::nullopt;
}

}  // namespace halcyon::signald
