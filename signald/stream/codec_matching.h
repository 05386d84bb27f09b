#pragma once

#include <string_view>
#include <vector>

#include "signald/sdp/session_description.h"
#include "signald/stream/codec_table.h"

namespace halcyon::signald {

enum class CodecMatch {
  kNone,
  kSimilar,  // name, clock rate and channels agree
  kExact,    // and the parameters that tell variants apart
};
CodecMatch match_codec(const RegisteredCodec& registered, const sdp::RtpMap& offered,
                       std::string_view offered_fmtp);

/// The codecs of an offered section that the registered ones accept, with the offer's payload types
/// and parameters in the offer's order, and with the feedback both sides know. Exact matches if
/// there are any, else similar ones.
std::vector<NegotiatedCodec> accepted_codecs(const sdp::MediaSection& offered, MediaKind kind,
                                             const std::vector<RegisteredCodec>& registered);

/// Adds the codec to a section under its payload type: rtpmap, fmtp, rtcp-fb.
void add_codec(sdp::MediaSection& section, const NegotiatedCodec& codec);

/// None for sections that carry neither audio nor video.
std::optional<MediaKind> media_kind(const sdp::MediaSection& section);

}  // namespace halcyon::signald
