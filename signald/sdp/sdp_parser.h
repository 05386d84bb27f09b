#pragma once

#include <cstddef>
#include <string_view>

#include "common/result/error.h"
#include "signald/sdp/session_description.h"

namespace halcyon::signald::sdp {

/// A browser's offer with every codec has 5 to 10 KiB, and a session that lives long gathers
/// sections.
inline constexpr std::size_t kMaxDescriptionSize = 256 * 1024;
/// The longest lines of browsers, H264 parameter sets and candidates, stay below 1 KiB.
inline constexpr std::size_t kMaxLineSize = 8 * 1024;
/// Sections of one connection; removed tracks leave theirs behind.
inline constexpr std::size_t kMaxSections = 256;
/// Chromium writes about 120 attributes in a video section.
inline constexpr std::size_t kMaxAttributesPerSection = 1024;
/// Encodings of one section; browsers send three at most.
inline constexpr std::size_t kMaxRids = 16;
/// RFC 5888 sets no limit; browsers write one digit or two, other senders words.
inline constexpr std::size_t kMaxMidSize = 64;
/// RFC 8839 5.4.
inline constexpr std::size_t kMaxIceCredentialSize = 256;

/// Reads a description with CRLF or LF line ends. Attributes without a meaning here are kept;
/// candidates that cannot be used are left out (RFC 8839 5.1); any other line that breaks its
/// grammar is an error, whose text names line and reason.
ResultOr<SessionDescription> parse_session_description(std::string_view text);

}  // namespace halcyon::signald::sdp
