#pragma once

#include <string>
#include <string_view>

#include "common/result/error.h"
#include "signald/sdp/session_description.h"

namespace halcyon::signald {

// SDP fragments (RFC 8840 9) as WHIP carries them (RFC 9725 4.3).

/// The ICE credentials of a fragment: those of the session, else those of the first section that
/// has a ufrag; empty if none has. Candidates are passed over, because an ICE-lite agent learns the
/// peer's addresses from its checks. An error for an a=mid in front of the first m= line, and for
/// credentials with blanks or control characters.
ResultOr<sdp::IceCredentials> parse_ice_fragment(std::string_view text);

/// The part of a description that a fragment is compared with, by the same rule.
const sdp::IceCredentials& ice_credentials(const sdp::SessionDescription& description);

/// The same offer after an ICE restart of its sender: with these credentials wherever there were
/// some, and without its candidates.
sdp::SessionDescription restarted(sdp::SessionDescription offer, const sdp::IceCredentials& ice);

/// Credentials, sections and candidates of a description.
std::string write_ice_fragment(const sdp::SessionDescription& description);

}  // namespace halcyon::signald
