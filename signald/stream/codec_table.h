#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signald/stream/media_plane.h"

namespace halcyon::signald {

/// A codec that a group may use, with what is needed to recognise it in an offer.
struct RegisteredCodec {
  MediaKind kind = MediaKind::kVideo;
  std::string name;              // as in rtpmap
  std::uint32_t clock_rate = 0;  // Hz
  std::uint32_t channels = 0;    // 0 for video
  std::string fmtp;
  bool operator==(const RegisteredCodec&) const = default;
};

/// The codecs behind a group's names ("vp8", "opus"). Names that mean nothing are left out; an
/// empty list of names means "vp8" and "opus". "vp9" stands for profiles 0 and 2.
std::vector<RegisteredCodec> registered_codecs(const std::vector<std::string>& names);
bool is_codec_name(std::string_view name);

/// A codec as one section of a description settled it (RFC 8866 rtpmap and fmtp, RFC 4585 rtcp-fb).
struct NegotiatedCodec {
  std::string name;
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 0;
  std::uint32_t channels = 0;  // as written in rtpmap, 0: not written
  std::string fmtp;
  bool remb = false;
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool operator==(const NegotiatedCodec&) const = default;
};

/// The payload type under which offers of this server carry a publisher's codec. It depends on the
/// name and, for VP9 and H264, on the profile, so that one number never stands for two codecs in a
/// bundle (RFC 9143 9.1).
std::uint8_t down_payload_type(std::string_view name, std::string_view fmtp);

}  // namespace halcyon::signald
