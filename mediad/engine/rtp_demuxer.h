#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "common/ids/media_ids.h"
#include "mediad/engine/publication.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::mediad {

/// Header extension ids that a peer uses when it sends (RFC 8285), 0: not negotiated.
struct ExtensionIds {
  std::uint8_t mid = 0;
  std::uint8_t rid = 0;
  std::uint8_t repaired_rid = 0;
  bool operator==(const ExtensionIds&) const = default;
};

/// An SSRC that names neither mid nor rid in its first packets is not going to.
inline constexpr unsigned kMaxPacketsOfUnknownSsrc = 10;
/// Enough for two dozen repair streams; a peer that invents more only fails to be understood.
inline constexpr std::size_t kMaxUnknownSsrcs = 25;

/// Which track of a transport does a packet belong to (RFC 8843 9.2): known SSRC, else the header
/// extensions, else a payload type that only one silent track has.
class RtpDemuxer {
 public:
  /// The publication is borrowed until remove().
  void add(Publication& publication);
  void remove(const Publication& publication);
  void set_extensions(ExtensionIds ids);

  /// Null if it belongs to none. A track once found stays bound to its SSRC.
  Publication* find(const RtpPacketView& packet);
  /// Only tracks whose packets have come.
  Publication* by_ssrc(Ssrc ssrc) const;

 private:
  struct Unknown {
    Ssrc ssrc;
    unsigned packets = 0;
  };
  bool worth_examining(const RtpPacketView& packet);
  Publication* by_extensions(const RtpPacketView& packet, bool& named) const;
  Publication* by_payload_type(std::uint8_t payload_type) const;
  bool is_bound(const Publication& publication) const;

  ExtensionIds ids_;
  std::vector<Publication*> publications_;
  std::unordered_map<Ssrc, Publication*> bound_;
  std::array<Unknown, kMaxUnknownSsrcs> unknown_{};
  std::size_t unknown_count_ = 0;
};

}  // namespace halcyon::mediad
