#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/ids/media_ids.h"
#include "common/net/socket_address.h"

namespace halcyon::mediad {

/// The end of a relay that sends RTP, or the one that receives it.
enum class RelayEnd { kSource, kSink };

/// What the track index of a relay's packets stands for.
struct RelayedTrack {
  std::uint8_t index = 0;
  TrackId id;
};

/// One end of a relay between two workers: RTP flows from source to sink, feedback the other way. A
/// packet belongs to it when it names the relay's id, which is its secret, and comes from the other
/// end's address.
class RelayLink {
 public:
  RelayLink(RelayId id, RelayEnd end, const SocketAddress& peer)
      : id_(id), end_(end), peer_(peer) {}

  RelayId id() const { return id_; }
  RelayEnd end() const { return end_; }
  const SocketAddress& peer() const { return peer_; }
  bool comes_from_peer(const SocketAddress& from) const { return from == peer_; }
  /// The other worker was started again on another port.
  void set_peer(const SocketAddress& peer) { peer_ = peer; }

  const std::vector<RelayedTrack>& tracks() const { return tracks_; }
  void set_tracks(std::vector<RelayedTrack> tracks) { tracks_ = std::move(tracks); }
  std::optional<TrackId> track_at(std::uint8_t index) const;
  std::optional<std::uint8_t> index_of(TrackId track) const;

  std::uint32_t epoch = 0;  // of the signald connection that last named it

 private:
  RelayId id_;
  RelayEnd end_;
  SocketAddress peer_;
  std::vector<RelayedTrack> tracks_;
};

}  // namespace halcyon::mediad
