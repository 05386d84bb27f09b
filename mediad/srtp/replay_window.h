#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "mediad/srtp/packet_index.h"
#include "mediad/srtp/srtp_error.h"

namespace halcyon::mediad {

/// Which packets of one SSRC have come (RFC 3711 3.3.2). Changed by authentic packets only.
class ReplayWindow {
 public:
  /// The index of a packet that came now.
  std::uint64_t index_of(std::uint16_t sequence_number) const {
    return guess_packet_index(newest_, sequence_number);
  }
  /// So near the newest that up to as many more packets, accepted in between, do not change what
  /// index_of() says.
  bool is_near(std::uint64_t index) const {
    return index <= newest_ + kNear && newest_ <= index + kNear;
  }
  /// Whether the index is new and within the window.
  bool may_accept(std::uint64_t index) const {
    if (index > newest_) return true;
    const std::uint64_t behind = newest_ - index;
    return behind < kSrtpReplayWindow && !seen_[behind];
  }
  /// Precondition: may_accept().
  void accept(std::uint64_t index) {
    if (index > newest_) {
      const std::uint64_t ahead = index - newest_;
      if (ahead < kSrtpReplayWindow) {
        seen_ <<= ahead;
      } else {
        seen_.reset();
      }
      newest_ = index;
    }
    seen_.set(newest_ - index);
  }

 private:
  static constexpr std::uint64_t kNear = 1024;

  std::uint64_t newest_ = 0;
  std::bitset<kSrtpReplayWindow> seen_;  // by the distance to the newest
};

}  // namespace halcyon::mediad
