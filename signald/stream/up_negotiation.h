#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result/error.h"
#include "signald/sdp/session_description.h"
#include "signald/stream/codec_table.h"
#include "signald/stream/transport_description.h"

namespace halcyon::signald {

/// A track that a publisher's offer announces.
struct UpTrackDescription {
  std::string mid;
  std::string rid;  // empty: not simulcast
  MediaKind kind = MediaKind::kAudio;
  std::vector<std::uint32_t> ssrcs;  // empty: not declared
  std::vector<NegotiatedCodec> codecs;
  sdp::Msid msid;  // parts are empty where the offer has none

  /// Whether the same packets would belong to both: then a renegotiation leaves the track as it is.
  bool same_source(const UpTrackDescription& other) const;
};

/// Offers of one publisher and the answers to them (RFC 9429 5.3), without the choice of worker and
/// credentials.
class UpNegotiation {
 public:
  UpNegotiation(std::vector<RegisteredCodec> codecs, std::uint64_t session_id);

  struct Change {
    bool ice_restart = false;      // the peer's credentials are new
    bool new_association = false;  // so is its certificate: DTLS begins anew
  };
  /// Reads an offer. On error nothing has changed; the text is for the publisher.
  ResultOr<Change> take_offer(const sdp::SessionDescription& offer);

  /// None if the offer left nothing to accept: then there is no transport.
  const std::optional<RemoteTransport>& remote() const { return remote_; }
  /// In the order of the sections, encodings in that of the simulcast line.
  const std::vector<UpTrackDescription>& tracks() const { return tracks_; }

  /// The answer to the last offer.
  std::string answer(const LocalTransport& local);

 private:
  /// One section of the offer and what the answer makes of it.
  struct Section {
    sdp::MediaSection offered;
    std::vector<NegotiatedCodec> codecs;  // empty: rejected
    std::vector<sdp::Extmap> extmaps;
    bool accepted() const { return !codecs.empty(); }
  };
  ResultOr<std::vector<Section>> read_sections(const sdp::SessionDescription& offer) const;
  ResultOr<std::optional<RemoteTransport>> read_transport(const sdp::SessionDescription& offer,
                                                          const std::vector<Section>& sections);
  sdp::MediaSection answer_section(const Section& section, const LocalTransport& local) const;

  std::vector<RegisteredCodec> codecs_;
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  std::vector<Section> sections_;
  std::vector<UpTrackDescription> tracks_;
  std::optional<RemoteTransport> remote_;
  bool extmap_allow_mixed_ = false;
};

}  // namespace halcyon::signald
