#include "signald/stream/transport_description.h"

namespace halcyon::signald {

ResultOr<RemoteTransport> bundled_transport(const sdp::SessionDescription& description,
                                            const sdp::MediaSection& tagged) {
  RemoteTransport remote;
  remote.ice = description.ice.complete() ? description.ice : tagged.ice;
  if (!remote.ice.complete()) return fail("the session description has no ICE credentials");
  if (!description.fingerprints.empty()) {
    remote.fingerprints = description.fingerprints;
  } else if (!tagged.fingerprints.empty()) {
    remote.fingerprints = tagged.fingerprints;
  } else {
    for (const sdp::MediaSection& section : description.sections) {
      if (remote.fingerprints.empty()) remote.fingerprints = section.fingerprints;
    }
  }
  if (remote.fingerprints.empty()) return fail("the session description has no DTLS fingerprint");
  return remote;
}

sdp::SetupRole offered_setup(const sdp::SessionDescription& description,
                             const sdp::MediaSection& tagged) {
  if (tagged.setup) return *tagged.setup;
  return description.setup.value_or(sdp::SetupRole::kActPass);
}

sdp::SessionDescription local_session(std::uint64_t session_id, std::uint64_t version,
                                      const LocalTransport& local) {
  sdp::SessionDescription description;
  // RFC 9429 5.2.1: the id must fit a signed number of 64 bits.
  description.origin.session_id = std::to_string(session_id >> 1);
  description.origin.version = version;
  description.msid_semantic = "WMS *";
  description.ice_lite = true;
  description.fingerprints = {local.fingerprint};
  return description;
}

sdp::MediaSection local_section(const std::string& kind, sdp::SetupRole setup,
                                const LocalTransport& local) {
  sdp::MediaSection section;
  section.kind = kind;
  section.port = 9;
  section.connection = "IN IP4 0.0.0.0";
  section.setup = setup;
  section.ice = local.ice;
  section.rtcp_mux = true;
  section.rtcp_rsize = true;
  return section;
}

void add_candidates(sdp::MediaSection& section, const LocalTransport& local) {
  section.candidates = local.candidates;
  section.end_of_candidates = true;
}

}  // namespace halcyon::signald
