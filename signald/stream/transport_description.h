#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result/error.h"
#include "signald/sdp/session_description.h"

namespace halcyon::signald {

/// Our side of a transport as descriptions show it: the credentials are the transport's own,
/// fingerprint and candidates the worker's.
struct LocalTransport {
  sdp::IceCredentials ice;
  sdp::Fingerprint fingerprint;
  std::vector<sdp::Candidate> candidates;
};

enum class DtlsRole { kClient, kServer };

/// Ids of the header extensions in use (RFC 8285), 0 when one is not negotiated. They serve to find
/// the encodings of a simulcast sender (RFC 8852).
struct HeaderExtensionIds {
  std::uint16_t mid = 0;
  std::uint16_t rid = 0;
  std::uint16_t repaired_rid = 0;
  bool operator==(const HeaderExtensionIds&) const = default;
};

/// The peer's side of a transport.
struct RemoteTransport {
  sdp::IceCredentials ice;
  std::vector<sdp::Fingerprint> fingerprints;
  DtlsRole local_role = DtlsRole::kClient;
  HeaderExtensionIds extensions;
  bool operator==(const RemoteTransport&) const = default;
};

inline constexpr std::string_view kMidExtension = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view kRidExtension = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
inline constexpr std::string_view kRepairedRidExtension =
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

/// ICE credentials and fingerprints of a bundled description: of the session, else of the section
/// that is named first in the bundle, else (fingerprints) the first found. An error if something is
/// missing.
ResultOr<RemoteTransport> bundled_transport(const sdp::SessionDescription& description,
                                            const sdp::MediaSection& tagged);

/// What the tagged section, else the session, says about the DTLS role; actpass when nothing is
/// said.
sdp::SetupRole offered_setup(const sdp::SessionDescription& description,
                             const sdp::MediaSection& tagged);

/// Session level of what this server writes. The version counts the descriptions of a connection.
sdp::SessionDescription local_session(std::uint64_t session_id, std::uint64_t version,
                                      const LocalTransport& local);

/// A section with its transport lines, all but mid and codecs.
sdp::MediaSection local_section(const std::string& kind, sdp::SetupRole setup,
                                const LocalTransport& local);

/// Puts the candidates into the section and ends them there: a worker's addresses are all known
/// beforehand.
void add_candidates(sdp::MediaSection& section, const LocalTransport& local);

}  // namespace halcyon::signald
