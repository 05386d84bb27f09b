#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
};

struct WorkerStatistics {
  std::string name;
  std::uint32_t index = 0;
  std::uint32_t pid = 0;
  std::string version;
  bool connected = false;
  bool draining = false;
  std::uint32_t transports = 0;
  std::uint32_t relays = 0;
  double cpu_load = 0;  // share of one core
  std::uint64_t packets_received = 0, packets_sent = 0, bytes_received = 0, bytes_sent = 0;
  std::vector<std::pair<std::string, std::uint64_t>> drops;  // by reason
};

/// For statistics pages; reads only.
class StreamStatistics {
 public:
  virtual ~StreamStatistics() = default;
  /// Started tracks in the order of MediaPlane::started_tracks(); none for a stream that is not
  /// known.
  virtual std::vector<TrackStatistics> up_statistics(UpStreamId id) const = 0;
  virtual std::vector<TrackStatistics> down_statistics(DownStreamId id) const = 0;
  virtual std::vector<WorkerStatistics> worker_statistics() const = 0;
};

}  // namespace halcyon::signald
