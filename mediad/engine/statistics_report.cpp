#include "mediad/engine/statistics_report.h"

#include <string>

namespace halcyon::mediad {
namespace {

void add_up(ipc::Statistics& out, const Publication& p, Timestamp now) {
  const UpTrack::Statistics s = p.track->statistics(now);
  auto& up = *out.add_up();
  up.set_track_id(p.config.id.value());
  up.set_transport_id(p.transport->id().value());
  up.set_bitrate(s.bitrate);
  up.set_max_bitrate(static_cast<std::uint32_t>(p.track->remb_share()));
  up.set_loss(s.loss);
  up.set_jitter_ms(s.jitter_ms);
  up.set_packets(s.packets);
  up.set_bytes(s.bytes);
  up.set_duplicates(s.duplicates);
  up.set_keyframes(s.keyframes);
  up.set_nacked(s.nacks_sent);
  up.set_keyframe_requests(s.plis_sent);
}

void add_down(ipc::Statistics& out, const Subscription& subscription, Timestamp now) {
  const DownTrack::Statistics s = subscription.track.statistics(now);
  auto& down = *out.add_down();
  down.set_track_id(subscription.track.config().id.value());
  down.set_transport_id(subscription.transport->id().value());
  down.set_bitrate(s.bitrate);
  down.set_max_bitrate(static_cast<std::uint32_t>(subscription.track.max_bitrate(now)));
  down.set_loss(s.loss);
  down.set_jitter_ms(s.jitter_ms);
  down.set_rtt_ms(s.rtt_ms);
  down.set_spatial_layer(s.spatial_layer);
  down.set_max_spatial_layer(s.max_spatial_layer);
  down.set_temporal_layer(s.temporal_layer);
  down.set_max_temporal_layer(s.max_temporal_layer);
  down.set_packets(s.packets);
  down.set_bytes(s.bytes);
  down.set_retransmissions(s.retransmissions);
}

void add_counters(ipc::Statistics& out, const EngineCounters& counters) {
  out.set_handshakes_started(counters.handshakes_started);
  out.set_handshakes_completed(counters.handshakes_completed);
  out.set_handshakes_failed(counters.handshakes_failed);
  out.set_nacked_by_receivers(counters.nacked_by_receivers);
  out.set_retransmissions(counters.retransmissions);
  out.set_nacked_to_publishers(counters.nacked_to_publishers);
  out.set_keyframe_requests(counters.keyframe_requests);
  out.set_relay_packets_received(counters.relay_packets_received);
}

}  // namespace

ipc::Statistics make_statistics(const EngineContext& context, const TransportTable& table,
                                const TrackRouter& router, const RelayRouter& relays,
                                const ReceivedTotals& received, Timestamp now) {
  ipc::Statistics out;
  // A relayed track is counted where its publisher is.
  for (const auto& [_, p] : router.publications()) {
    if (p->track && p->transport != nullptr) add_up(out, *p, now);
  }
  for (const auto& [_, s] : router.subscriptions()) add_down(out, *s, now);
  out.set_up_tracks(static_cast<std::uint32_t>(out.up_size()));
  out.set_down_tracks(static_cast<std::uint32_t>(out.down_size()));
  add_counters(out, context.counters);
  out.set_relay_packets_sent(context.to_relays.datagrams_sent());
  out.set_transports(static_cast<std::uint32_t>(table.size()));
  out.set_relays(static_cast<std::uint32_t>(relays.all().size()));
  out.set_packets_received(received.packets);
  out.set_bytes_received(received.bytes);
  out.set_packets_sent(context.to_peers.datagrams_sent() + context.to_relays.datagrams_sent());
  out.set_bytes_sent(context.to_peers.bytes_sent() + context.to_relays.bytes_sent());
  for (std::size_t i = 0; i < static_cast<std::size_t>(Drop::kCount); ++i) {
    const auto drop = static_cast<Drop>(i);
    if (context.drops.of(drop) > 0)
      (*out.mutable_drops())[std::string(drop_name(drop))] = context.drops.of(drop);
  }
  return out;
}

}  // namespace halcyon::mediad
