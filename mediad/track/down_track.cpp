#include "mediad/track/down_track.h"

#include <algorithm>
#include <utility>

#include "common/check/check.h"
#include "mediad/bwe/loss_based_estimator.h"
#include "mediad/bwe/rate_estimator.h"
#include "mediad/codec/vp8.h"
#include "mediad/rtp/rtp_header.h"
#include "mediad/track/layer_info.h"
#include "mediad/track/layer_selector.h"
#include "mediad/track/resend_history.h"
#include "mediad/track/round_trip_estimator.h"
#include "mediad/track/sequence_map.h"

namespace halcyon::mediad {
namespace {

/// A receiver that stopped sending REMB is no longer limited by its last one.
constexpr TimeDelta kRembValidity = TimeDelta::seconds(30);
constexpr unsigned kVp8PictureIdMask = 0x7fff;

struct Limit {
  std::uint64_t bitrate;
  Timestamp at;
};

}  // namespace

struct DownTrack::Impl {
  Impl(std::uint16_t first_sequence_number, Timestamp now)
      : map(first_sequence_number), layers(now), rate(now) {}

  /// Where a packet goes; nullopt if this receiver does not get it. `excluded` tells of a packet
  /// that is left out but came too late for its number to be taken out as well.
  std::optional<SequenceMap::Mapped> place(const CachedPacket& packet,
                                           const std::optional<LayerInfo>& info, Timestamp now);
  void drop(std::uint64_t source, const std::optional<LayerInfo>& info);
  void adapt_layers(std::uint64_t max_bitrate, Timestamp now);

  SequenceMap map;
  LayerSelector layers;
  std::optional<std::uint16_t> dropped_picture_id;
  RateEstimator rate;
  LossBasedEstimator loss_based;
  RoundTripEstimator round_trip;
  ResendHistory resends;
  std::optional<Limit> remb;
  std::optional<std::uint8_t> last_fir;
  std::uint8_t fraction_lost = 0;
  std::uint32_t jitter = 0;  // units of the RTP clock
  std::uint32_t payload_octets = 0;
  std::uint64_t retransmissions = 0;
};

namespace {

/// Padding only and packets that cannot be understood go to nobody.
bool is_excluded(const CachedPacket& packet, const std::optional<LayerInfo>& info,
                 const LayerSelection& layers) {
  return packet.payload().empty() || !info || !layers.includes(*info);
}

}  // namespace

void DownTrack::Impl::drop(std::uint64_t source, const std::optional<LayerInfo>& info) {
  const bool new_picture = info && info->picture_id && info->picture_id != dropped_picture_id;
  if (new_picture) dropped_picture_id = info->picture_id;
  map.drop(source, new_picture);
}

std::optional<SequenceMap::Mapped> DownTrack::Impl::place(const CachedPacket& packet,
                                                          const std::optional<LayerInfo>& info,
                                                          Timestamp now) {
  const std::uint64_t source = packet.extended_sequence;
  if (!map.is_new(source)) return map.find(source);
  // Only packets in order change the choice of layers, so that late ones and retransmissions are
  // judged as their neighbours were.
  const LayerSelection selection =
      info ? layers.handle_packet(*info, packet.size, now) : layers.current();
  if (is_excluded(packet, info, selection)) {
    drop(source, info);
    return std::nullopt;
  }
  return map.forward(source, selection);
}

void DownTrack::Impl::adapt_layers(std::uint64_t max_bitrate, Timestamp now) {
  if (rate.ready(now)) layers.handle_rate(rate.bitrate(now), max_bitrate, now);
}

DownTrack::DownTrack(DownTrackConfig config, std::uint16_t first_sequence_number, Timestamp now)
    : config_(std::move(config)), impl_(std::make_unique<Impl>(first_sequence_number, now)) {
  impl_->layers.set_lowest_spatial(config_.lowest_spatial_layer);
}

DownTrack::~DownTrack() = default;

void DownTrack::set_lowest_spatial_layer(bool lowest) {
  config_.lowest_spatial_layer = lowest;
  impl_->layers.set_lowest_spatial(lowest);
}

std::size_t DownTrack::rewrite(const CachedPacket& packet, Timestamp now,
                               std::span<std::uint8_t> out) {
  check(out.size() >= packet.size);
  const std::optional<LayerInfo>& info = packet.layers;
  const auto mapped = impl_->place(packet, info, now);
  if (!mapped) return 0;
  // A late packet of a layer that is left out has a number already. The number is sent without
  // payload, like padding: a gap would make the receiver ask for it again and again.
  const bool excluded = is_excluded(packet, info, mapped->layers);
  const std::size_t size = excluded ? packet.header_size : packet.size;
  std::copy_n(packet.bytes, size, out.begin());
  set_rtp_payload_type(out, config_.codec.payload_type);
  set_rtp_sequence_number(out, mapped->sequence_number());
  set_rtp_ssrc(out, config_.ssrc);
  if (excluded) {
    set_rtp_marker(out, false);
  } else {
    if (mapped->layers.sets_marker(*info)) set_rtp_marker(out, true);
    if (info->picture_id && mapped->dropped_pictures != 0) {
      const auto payload = out.subspan(packet.header_size, size - packet.header_size);
      const unsigned id = (*info->picture_id - mapped->dropped_pictures) & kVp8PictureIdMask;
      if (const auto descriptor = parse_vp8_descriptor(payload)) {
        set_vp8_picture_id(payload, *descriptor, static_cast<std::uint16_t>(id));
      }
    }
  }
  impl_->rate.add(size, now);
  impl_->payload_octets += static_cast<std::uint32_t>(size - packet.header_size);
  return size;
}

std::optional<std::uint64_t> DownTrack::source_of(std::uint16_t sequence_number) const {
  return impl_->map.source_of(sequence_number);
}

bool DownTrack::may_retransmit(std::uint16_t sequence_number, Timestamp now) {
  if (!impl_->resends.may_resend(sequence_number, impl_->round_trip.round_trip(), now)) {
    return false;
  }
  ++impl_->retransmissions;
  return true;
}

bool DownTrack::wants_keyframe() const { return impl_->layers.wants_keyframe(); }

void DownTrack::handle_report_block(const ReportBlock& block, Timestamp now,
                                    std::uint64_t ntp_now) {
  impl_->fraction_lost = block.fraction_lost;
  impl_->jitter = block.jitter;
  impl_->round_trip.handle_report_block(block, ntp_now);
  impl_->loss_based.handle_report(block.fraction_lost, impl_->rate.bitrate(now), now);
  impl_->adapt_layers(max_bitrate(now), now);
}

void DownTrack::handle_remb(std::uint64_t bitrate, Timestamp now) {
  if (bitrate == 0) return;  // says nothing
  impl_->remb = Limit{bitrate, now};
  impl_->adapt_layers(max_bitrate(now), now);
}

bool DownTrack::accept_fir(std::uint8_t fir_sequence_number) {
  if (impl_->last_fir == fir_sequence_number) return false;
  impl_->last_fir = fir_sequence_number;
  return true;
}

SenderInfo DownTrack::make_sender_info(std::uint64_t ntp_now, std::uint32_t rtp_timestamp) {
  impl_->round_trip.handle_sent_report(ntp_now);
  SenderInfo info;
  info.ssrc = config_.ssrc;
  info.ntp = ntp_now;
  info.rtp_timestamp = rtp_timestamp;
  info.packet_count = static_cast<std::uint32_t>(impl_->rate.total_packets());
  info.octet_count = impl_->payload_octets;
  return info;
}

std::uint64_t DownTrack::max_bitrate(Timestamp now) const {
  const std::uint64_t estimate = impl_->loss_based.bitrate(now);
  const auto& remb = impl_->remb;
  if (!remb || now - remb->at > kRembValidity) return estimate;
  return std::min(estimate, remb->bitrate);
}

ReceiverDemand DownTrack::demand(Timestamp now) const {
  const LayerSelection& layers = impl_->layers.current();
  return {max_bitrate(now), layers.spatial, layers.temporal};
}

TimeDelta DownTrack::cache_span() const {
  const TimeDelta round_trip = impl_->round_trip.round_trip();
  if (round_trip == TimeDelta::zero()) return round_trip;
  const auto clock = std::max<std::int64_t>(config_.codec.clock_rate, 1);
  return round_trip + TimeDelta::micros(std::int64_t{impl_->jitter} * 1'000'000 / clock) * 4;
}

DownTrack::Statistics DownTrack::statistics(Timestamp now) const {
  const LayerSelection& layers = impl_->layers.current();
  Statistics s;
  s.packets = impl_->rate.total_packets();
  s.bytes = impl_->rate.total_bytes();
  s.bitrate = static_cast<std::uint32_t>(impl_->rate.bitrate(now));
  s.loss = impl_->fraction_lost / 256.0;
  s.jitter_ms = 1000.0 * impl_->jitter / std::max(config_.codec.clock_rate, 1u);
  s.rtt_ms = impl_->round_trip.round_trip().seconds_f() * 1000;
  s.spatial_layer = layers.spatial;
  s.max_spatial_layer = impl_->layers.highest_spatial();
  s.temporal_layer = layers.temporal;
  s.max_temporal_layer = impl_->layers.highest_temporal();
  s.retransmissions = impl_->retransmissions;
  return s;
}

}  // namespace halcyon::mediad
