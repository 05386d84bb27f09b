#include "mediad/track/up_track.h"

#include <algorithm>
#include <utility>

#include "mediad/bwe/rate_estimator.h"
#include "mediad/codec/keyframe.h"
#include "mediad/rtp/bare_copy.h"
#include "mediad/rtp/sequence_unwrapper.h"
#include "mediad/track/keyframe_requester.h"
#include "mediad/track/nack_generator.h"
#include "mediad/track/receiver_limit.h"
#include "mediad/track/receiver_statistics.h"
#include "mediad/track/rtp_clock_map.h"

namespace halcyon::mediad {
namespace {

/// A joiner is served from the cache while the keyframe is this near; later a new one is cheaper.
constexpr std::uint64_t kMaxReplayPackets = 40;
/// The cache holds this many of the longest receiver's "round trip plus four times jitter".
constexpr int kCacheSpans = 4;
/// Packets this far behind that follow each other, with no other packet between them, mean that the
/// sender began anew (RFC 3550 A.1). Retransmissions are never so old.
constexpr std::uint64_t kRestartDistance = 1024;
constexpr unsigned kRestartPackets = 3;
/// The rid of the small encoding; what it may use is fixed.
constexpr std::string_view kLowRid = "l";

}  // namespace

struct UpTrack::Impl {
  Impl(const UpTrackConfig& config, Timestamp now)
      : video(is_video(config.codec.type)),
        cache(video ? PacketCache::kMinVideoPackets : PacketCache::kMinAudioPackets),
        receiver_statistics(config.codec.clock_rate),
        clock(config.codec.clock_rate),
        rate(now),
        last_arrival(now) {}

  std::uint64_t extend(std::uint16_t sequence_number);
  ReceiverStatistics::Delivery account_loss(const Codec& codec, std::uint64_t sequence,
                                            Timestamp now);
  void account_keyframe(const Codec& codec, const CachedPacket& packet);

  bool video;
  SequenceUnwrapper unwrapper;
  PacketCache cache;
  NackGenerator nack;  // idle unless NACK was negotiated
  KeyframeRequester keyframe_requester;
  ReceiverStatistics receiver_statistics;
  RtpClockMap clock;
  RateEstimator rate;
  Timestamp last_arrival;
  std::uint64_t keyframe_start = 0;  // first packet of the newest keyframe; 0: none yet
  std::uint32_t keyframe_timestamp = 0;
  std::uint16_t restart_next = 0;  // would confirm that the sender began anew
  unsigned restart_packets = 0;
  std::uint64_t receiver_limit = kMinReceiverLimit;
  std::uint64_t keyframes = 0, nacks_sent = 0, plis_sent = 0, duplicates = 0, too_old = 0;
};

std::uint64_t UpTrack::Impl::extend(std::uint16_t sequence_number) {
  if (!unwrapper.started() ||
      unwrapper.peek(sequence_number) + kRestartDistance > unwrapper.highest()) {
    restart_packets = 0;
    return unwrapper.unwrap(sequence_number);
  }
  restart_packets = sequence_number == restart_next ? restart_packets + 1 : 1;
  restart_next = static_cast<std::uint16_t>(sequence_number + 1);
  if (restart_packets < kRestartPackets) return unwrapper.peek(sequence_number);
  restart_packets = 0;
  nack.restart();
  return unwrapper.restart(sequence_number);
}

ReceiverStatistics::Delivery UpTrack::Impl::account_loss(const Codec& codec, std::uint64_t sequence,
                                                         Timestamp now) {
  using Delivery = ReceiverStatistics::Delivery;
  if (!codec.nack) {
    return sequence == cache.highest() ? Delivery::kInOrder : Delivery::kReordered;
  }
  const auto arrival = nack.handle_packet(sequence, now);
  // What came too late for the cache would also come too late for the receivers.
  const std::size_t given_up = nack.give_up_before(cache.oldest_acceptable());
  const bool overflow = nack.take_overflow();
  if (video && codec.pli && (given_up > 0 || overflow)) keyframe_requester.request();
  switch (arrival) {
    case NackGenerator::Arrival::kInOrder:
      return Delivery::kInOrder;
    case NackGenerator::Arrival::kReordered:
      return Delivery::kReordered;
    case NackGenerator::Arrival::kRequested:
      return Delivery::kRetransmitted;
  }
  return Delivery::kReordered;
}

void UpTrack::Impl::account_keyframe(const Codec& codec, const CachedPacket& packet) {
  if (packet.keyframe != Keyframe::kYes) return;
  const bool same_picture = keyframe_start != 0 && packet.rtp_timestamp == keyframe_timestamp;
  if (same_picture) {
    // Several packets of an H.264 keyframe look like its start: parameter sets, then slices.
    keyframe_start = std::min(keyframe_start, packet.extended_sequence);
  } else if (packet.extended_sequence > keyframe_start) {
    keyframe_start = packet.extended_sequence;
    keyframe_timestamp = packet.rtp_timestamp;
    ++keyframes;
  } else {
    return;
  }
  keyframe_requester.handle_keyframe();
  std::uint64_t first_needed = keyframe_start;
  if (codec.type == CodecType::kH264) {
    // What is missing right before may be the parameter sets without which this is no keyframe.
    while (nack.is_missing(first_needed - 1)) --first_needed;
  }
  nack.handle_keyframe(first_needed);
}

UpTrack::UpTrack(UpTrackConfig config, Timestamp now)
    : config_(std::move(config)), impl_(std::make_unique<Impl>(config_, now)) {}

UpTrack::~UpTrack() = default;

Result<const CachedPacket*, RtpDrop> UpTrack::handle_rtp(const RtpPacketView& packet,
                                                         Timestamp now) {
  const std::size_t size = bare_size(packet);
  if (size > kMaxRtpPacket) return make_unexpected(RtpDrop::kTooLarge);
  impl_->rate.add(packet.bytes().size(), now);
  impl_->last_arrival = now;
  const std::uint64_t sequence = impl_->extend(packet.sequence_number());
  const auto place = impl_->cache.claim(sequence);
  if (!place) {
    const bool duplicate = place.error() == CacheRefusal::kDuplicate;
    ++(duplicate ? impl_->duplicates : impl_->too_old);
    return make_unexpected(duplicate ? RtpDrop::kDuplicate : RtpDrop::kTooOld);
  }
  CachedPacket& cached = **place;
  cached.arrival = now;
  cached.rtp_timestamp = packet.timestamp();
  cached.size = static_cast<std::uint16_t>(size);
  cached.header_size = static_cast<std::uint8_t>(bare_header_size(packet));
  cached.marker = packet.marker();
  copy_bare(packet, cached.bytes);
  cached.layers = read_layer_info(config_.codec.type, cached.payload());
  cached.keyframe = detect_keyframe(config_.codec.type, cached.payload());

  const auto delivery = impl_->account_loss(config_.codec, sequence, now);
  impl_->receiver_statistics.handle_packet(sequence, cached.rtp_timestamp, now, delivery);
  impl_->clock.handle_packet(cached.rtp_timestamp, now);
  impl_->account_keyframe(config_.codec, cached);
  return &cached;
}

void UpTrack::handle_sender_report(const SenderInfo& info, Timestamp now) {
  impl_->receiver_statistics.handle_sender_report(info.ntp, now);
  impl_->clock.handle_sender_report(info.rtp_timestamp, now);
}

void UpTrack::set_cname(std::string cname) { cname_ = std::move(cname); }

std::optional<std::uint32_t> UpTrack::rtp_timestamp_at(Timestamp t) const {
  return impl_->clock.at(t);
}

void UpTrack::request_keyframe(Timestamp) {
  if (impl_->video && config_.codec.pli) impl_->keyframe_requester.request();
}

const CachedPacket* UpTrack::find_for_retransmission(std::uint64_t extended_sequence,
                                                     Timestamp now) {
  if (const CachedPacket* packet = impl_->cache.find(extended_sequence)) return packet;
  const std::uint64_t oldest = std::max(impl_->cache.oldest_acceptable(), impl_->keyframe_start);
  if (config_.codec.nack && extended_sequence >= oldest) {
    impl_->nack.request(extended_sequence, now);
  }
  return nullptr;
}

std::vector<const CachedPacket*> UpTrack::keyframe_replay() const {
  const std::uint64_t start = impl_->keyframe_start;
  const std::uint64_t highest = impl_->cache.highest();
  std::vector<const CachedPacket*> packets;
  if (start == 0 || highest - start + 1 >= kMaxReplayPackets) return packets;
  if (impl_->cache.find(start) == nullptr) return packets;
  for (std::uint64_t n = start; n <= highest; ++n) {
    if (const CachedPacket* packet = impl_->cache.find(n)) packets.push_back(packet);
  }
  return packets;
}

void UpTrack::set_receiver_limit(std::uint64_t bitrate) { impl_->receiver_limit = bitrate; }

std::uint64_t UpTrack::remb_share() const {
  if (!config_.codec.remb) return 0;
  const bool fixed = !impl_->video || config_.rid == kLowRid;
  const std::uint64_t share =
      std::min(fixed ? kLowEncodingBitrate : impl_->receiver_limit, kMaxRemb);
  return config_.max_bitrate == 0 ? share : std::min<std::uint64_t>(share, config_.max_bitrate);
}

void UpTrack::set_cache_span(TimeDelta span) {
  const std::size_t least =
      impl_->video ? PacketCache::kMinVideoPackets : PacketCache::kMinAudioPackets;
  // Our own requests to the publisher need time as well.
  const TimeDelta longest = std::max(span, impl_->nack.repeat_interval());
  const auto packet_rate = impl_->rate.packet_rate(impl_->last_arrival);
  const auto packets = static_cast<std::size_t>(
      std::max<std::int64_t>(0, longest.us() * kCacheSpans * packet_rate / 1'000'000));
  const std::size_t wanted = std::clamp(packets, least, PacketCache::kMaxPackets);
  const std::size_t capacity = impl_->cache.capacity();
  if (capacity < wanted / 4 * 3 || capacity >= wanted * 2) impl_->cache.resize(wanted);
}

ReportBlock UpTrack::make_report_block(Timestamp now) {
  ReportBlock block = impl_->receiver_statistics.make_report_block(now);
  block.ssrc = config_.ssrc;
  return block;
}

UpFeedback UpTrack::poll_feedback(Timestamp now) {
  UpFeedback feedback;
  impl_->nack.poll(now, feedback.nack);
  impl_->nacks_sent += feedback.nack.size();
  feedback.pli = impl_->keyframe_requester.poll(now);
  if (feedback.pli) ++impl_->plis_sent;
  return feedback;
}

Timestamp UpTrack::next_deadline() const {
  return std::min(impl_->nack.next_deadline(), impl_->keyframe_requester.next_deadline());
}

UpTrack::Statistics UpTrack::statistics(Timestamp now) const {
  Statistics s;
  s.packets = impl_->rate.total_packets();
  s.bytes = impl_->rate.total_bytes();
  s.bitrate = static_cast<std::uint32_t>(impl_->rate.bitrate(now));
  s.loss = impl_->receiver_statistics.loss();
  s.jitter_ms = impl_->receiver_statistics.jitter_ms();
  s.keyframes = impl_->keyframes;
  s.nacks_sent = impl_->nacks_sent;
  s.plis_sent = impl_->plis_sent;
  s.duplicates = impl_->duplicates;
  s.too_old = impl_->too_old;
  return s;
}

}  // namespace halcyon::mediad
