#pragma once

#include <vector>

#include "common/ids/media_ids.h"
#include "proto/signal_to_media.pb.h"
#include "signald/stream/down_negotiation.h"
#include "signald/stream/transport_description.h"
#include "signald/stream/up_negotiation.h"

namespace halcyon::signald {

// The commands of proto/signal_to_media.proto, made of what the negotiations settled.

ipc::SignalToMedia open_transport(TransportId id, const sdp::IceCredentials& local);
ipc::SignalToMedia set_remote(TransportId id, const RemoteTransport& remote);
ipc::SignalToMedia restart_ice(TransportId id, const sdp::IceCredentials& local);
ipc::SignalToMedia close_transport(TransportId id);

ipc::SignalToMedia open_up_track(TransportId transport, TrackId id,
                                 const UpTrackDescription& track);
ipc::SignalToMedia close_up_track(TrackId id);

ipc::SignalToMedia open_down_track(TransportId transport, const DownTrack& track,
                                   bool lowest_spatial_layer);
ipc::SignalToMedia update_down_track(TrackId id, bool lowest_spatial_layer);
ipc::SignalToMedia close_down_track(TrackId id);

/// A track on a relay, under its number in the relay's packets.
struct RelayedTrack {
  std::uint32_t index = 0;
  TrackId id;
  MediaKind kind = MediaKind::kAudio;
  NegotiatedCodec codec;  // as the publisher sends it
  std::string rid;
  bool operator==(const RelayedTrack&) const = default;
};
ipc::SignalToMedia open_relay_source(RelayId id, const ipc::Endpoint& sink,
                                     const std::vector<RelayedTrack>& tracks);
ipc::SignalToMedia open_relay_sink(RelayId id, const ipc::Endpoint& source,
                                   const std::vector<RelayedTrack>& tracks);
ipc::SignalToMedia close_relay(RelayId id);

ipc::SignalToMedia welcome(std::uint64_t signald_instance, std::uint32_t worker_index);
ipc::SignalToMedia state_complete();
ipc::SignalToMedia drain();

/// What Hello and Welcome must agree on. Raised when an older program would misunderstand a
/// message; new fields alone do not need it.
inline constexpr std::uint32_t kIpcProtocolVersion = 1;
/// How often workers report, which is also the sign that they live.
inline constexpr std::uint32_t kStatisticsIntervalMs = 1000;

}  // namespace halcyon::signald
