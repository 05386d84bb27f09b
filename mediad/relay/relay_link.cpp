#include "mediad/relay/relay_link.h"

#include <algorithm>

namespace halcyon::mediad {

std::optional<TrackId> RelayLink::track_at(std::uint8_t index) const {
  const auto it = std::find_if(tracks_.begin(), tracks_.end(),
                               [&](const RelayedTrack& t) { return t.index == index; });
  if (it == tracks_.end()) return std::nullopt;
  return it->id;
}

std::optional<std::uint8_t> RelayLink::index_of(TrackId track) const {
  const auto it = std::find_if(tracks_.begin(), tracks_.end(),
                               [&](const RelayedTrack& t) { return t.id == track; });
  if (it == tracks_.end()) return std::nullopt;
  return it->index;
}

}  // namespace halcyon::mediad
