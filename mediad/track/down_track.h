#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "common/ids/media_ids.h"
#include "common/units/time.h"
#include "mediad/codec/codec.h"
#include "mediad/rtcp/report_block.h"
#include "mediad/rtcp/sender_info.h"
#include "mediad/track/packet_cache.h"
#include "mediad/track/receiver_limit.h"

namespace halcyon::mediad {

struct DownTrackConfig {
  TrackId id;
  Ssrc ssrc;
  Codec codec;        // payload type and feedback as the receiver negotiated them
  std::string cname;  // until the publisher's is known
  bool lowest_spatial_layer = false;
};

/// A copy of one up track for one receiver: its own SSRC, payload type and sequence numbers, layer
/// choice, and the rate its receiver can take. No I/O.
class DownTrack {
 public:
  DownTrack(DownTrackConfig config, std::uint16_t first_sequence_number, Timestamp now);
  ~DownTrack();

  const DownTrackConfig& config() const { return config_; }
  void set_lowest_spatial_layer(bool lowest);

  /// Writes the packet as this receiver gets it, ready for SRTP, into `out` (at least kMaxRtpPacket
  /// bytes) and returns its size; 0 when the receiver does not get this packet. The same packet
  /// given again (a retransmission) comes out with the same bytes, so that SRTP may send it again.
  std::size_t rewrite(const CachedPacket& packet, Timestamp now, std::span<std::uint8_t> out);
  /// Which source packet a sequence number of ours was made from; nullopt if none or too long ago.
  std::optional<std::uint64_t> source_of(std::uint16_t sequence_number) const;
  /// False when this packet was sent again too recently (a round trip ago) or too often.
  bool may_retransmit(std::uint16_t sequence_number, Timestamp now);
  /// The layer choice waits for a keyframe: ask the up track for one.
  bool wants_keyframe() const;

  void handle_report_block(const ReportBlock& block, Timestamp now, std::uint64_t ntp_now);
  void handle_remb(std::uint64_t bitrate, Timestamp now);
  /// FIR counts only when its number is new (RFC 5104 4.3.1).
  bool accept_fir(std::uint8_t fir_sequence_number);

  /// Bytes written so far, and the RTP timestamp the caller got from the up track's mapping.
  SenderInfo make_sender_info(std::uint64_t ntp_now, std::uint32_t rtp_timestamp);

  /// What this receiver asks of the up track, for ReceiverLimit.
  ReceiverDemand demand(Timestamp now) const;
  /// The lower of the loss-based estimate and REMB, bit/s.
  std::uint64_t max_bitrate(Timestamp now) const;
  /// Round-trip time plus four times jitter, for the up track's cache; zero while unknown.
  TimeDelta cache_span() const;

  struct Statistics {
    std::uint64_t packets = 0, bytes = 0;
    std::uint32_t bitrate = 0;
    double loss = 0;
    double jitter_ms = 0;
    double rtt_ms = 0;
    unsigned spatial_layer = 0, max_spatial_layer = 0, temporal_layer = 0, max_temporal_layer = 0;
    std::uint64_t retransmissions = 0;
  };
  Statistics statistics(Timestamp now) const;

 private:
  // The implementation may change everything below.
  DownTrackConfig config_;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::mediad
