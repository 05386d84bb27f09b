#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/media_to_signal.pb.h"
#include "signald/stream/media_plane.h"

namespace halcyon::signald {

/// What a worker last reported about a track; zeros before the first report. Layers are those of
/// down tracks, the round trip time too.
struct TrackStatistics {
  TrackId track;  // of an up track its own id, of a down track that of its source
  MediaKind kind = MediaKind::kAudio;
  std::uint32_t bitrate = 0;      // bit/s
  std::uint32_t max_bitrate = 0;  // bit/s, 0: unknown
  double loss = 0;                // 0..1
  double jitter_ms = 0;
  double rtt_ms = 0;
  std::uint32_t spatial_layer = 0;
  std::uint32_t max_spatial_layer = 0;
  std::uint32_t temporal_layer = 0;
  std::uint32_t max_temporal_layer = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t nacked = 0;           // up: packets asked of the publisher again
  std::uint64_t retransmissions = 0;  // down: packets sent again
};

/// Per second, over the time between two reports.
struct PacketRates {
  double packets_received = 0, packets_sent = 0, bits_received = 0, bits_sent = 0;
};

struct WorkerStatistics {
  std::string name;
  std::uint32_t index = 0;
  std::uint32_t pid = 0;
  std::string version;
  bool connected = false;
  bool draining = false;
  std::uint32_t transports = 0;  // placed there by us
  double cpu_load = 0;           // share of one core
  PacketRates rates;
  ipc::Statistics reported;  // the last ones, without those of tracks
  std::vector<std::pair<std::string, std::uint64_t>> drops;  // of these, sorted by reason
};

/// For statistics pages; reads only.
class StreamStatistics {
 public:
  virtual ~StreamStatistics() = default;
  /// Started tracks in the order of MediaPlane::started_tracks(); none for a stream that is not
  /// known.
  virtual std::vector<TrackStatistics> up_statistics(UpStreamId id) const = 0;
  virtual std::vector<TrackStatistics> down_statistics(DownStreamId id) const = 0;
  /// By index.
  virtual std::vector<WorkerStatistics> worker_statistics() const = 0;
  /// Whether a new stream would find a worker that has time for it.
  virtual bool has_room() const = 0;
};

}  // namespace halcyon::signald
