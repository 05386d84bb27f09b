#pragma once

#include <optional>
#include <string_view>

#include "signald/sdp/session_description.h"

namespace halcyon::signald::sdp {

// The values of single attributes, what follows "a=name:". None when they break their grammar.

std::optional<Direction> parse_direction(std::string_view name);
std::optional<SetupRole> parse_setup(std::string_view value);
std::optional<Origin> parse_origin(std::string_view value);
std::optional<RtpMap> parse_rtpmap(std::string_view value);
std::optional<Fmtp> parse_fmtp(std::string_view value);
std::optional<RtcpFeedback> parse_rtcp_feedback(std::string_view value);
std::optional<Extmap> parse_extmap(std::string_view value);
std::optional<Rid> parse_rid(std::string_view value);
std::optional<Simulcast> parse_simulcast(std::string_view value);
std::optional<SsrcAttribute> parse_ssrc(std::string_view value);
std::optional<SsrcGroup> parse_ssrc_group(std::string_view value);
std::optional<Fingerprint> parse_fingerprint(std::string_view value);
std::optional<Msid> parse_msid(std::string_view value);
std::optional<Group> parse_group(std::string_view value);

}  // namespace halcyon::signald::sdp
