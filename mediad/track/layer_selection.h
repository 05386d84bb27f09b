#pragma once

#include <cstdint>

#include "mediad/track/layer_info.h"

namespace halcyon::mediad {

/// The layers that a receiver gets for a run of packets.
struct LayerSelection {
  std::uint8_t spatial = 0;
  std::uint8_t temporal = 0;
  bool cuts_spatial = false;  // higher spatial layers exist and are left out

  bool operator==(const LayerSelection&) const = default;

  bool includes(const LayerInfo& info) const {
    if (info.spatial > spatial || info.temporal > temporal) return false;
    return info.spatial == spatial || !info.unneeded_above;
  }
  /// The marker ends a picture. When the sender's sits on a layer that is left out, it has to move
  /// to the end of the highest one that is not (RFC 9628 4.1).
  bool sets_marker(const LayerInfo& info) const {
    return cuts_spatial && info.ends_frame && info.spatial == spatial;
  }
};

}  // namespace halcyon::mediad
