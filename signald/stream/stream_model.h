#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signald/stream/down_negotiation.h"
#include "signald/stream/stream_statistics.h"
#include "signald/stream/up_negotiation.h"
#include "signald/stream/worker_link.h"

namespace halcyon::signald {

struct UpTrack {
  TrackId id;
  UpTrackDescription description;
  std::optional<std::uint8_t> payload_type;  // of its packets; none before the first one
  TrackStatistics statistics;

  bool started() const { return payload_type.has_value(); }
  /// The codec its packets have; only of a started track.
  const NegotiatedCodec& codec() const;
  /// As receivers are to get it. `label` stands in for a stream name the publisher did not give.
  DownSource as_source(const std::string& label) const;
};

/// Where a stream's transport is.
struct Placement {
  std::optional<WorkerInstance> worker;  // none: nothing to carry, or the worker is lost
  TransportId transport;
  /// The worker is lost or drains: the transport has to be made elsewhere, which its peer must
  /// begin.
  bool stranded = false;
  bool told = false;  // the listener knows
  /// Failures since media last flowed, see kMaxFailures.
  int failures = 0;
};

struct UpStream {
  UpStreamId id;
  UpNegotiation negotiation;
  std::string label;
  Placement place;
  LocalTransport local;
  bool broken = false;  // an ICE restart does not mend it
  std::vector<UpTrack> tracks;
  Timestamp first_started = Timestamp::never();

  bool any_started() const;
  bool all_started() const;
  UpTrack* find(TrackId track);
  const UpTrack* find(TrackId track) const;
};

struct DownStream {
  DownStreamId id;
  UpStreamId source;
  DownNegotiation negotiation;
  Placement place;
  bool lowest_spatial_layer = false;
  std::map<TrackId, TrackStatistics> statistics;  // by down track
};

}  // namespace halcyon::signald
