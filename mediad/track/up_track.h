#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/media_ids.h"
#include "common/result/result.h"
#include "common/units/time.h"
#include "mediad/codec/codec.h"
#include "mediad/rtcp/report_block.h"
#include "mediad/rtcp/sender_info.h"
#include "mediad/rtp/rtp_packet.h"
#include "mediad/track/packet_cache.h"

namespace halcyon::mediad {

struct UpTrackConfig {
  TrackId id;
  Ssrc ssrc;
  Codec codec;
  std::string rid;
  std::uint32_t max_bitrate = 0;  // cap of the REMB share, bit/s; 0: none
};

/// Why a packet is not forwarded. Padding-only packets are: down tracks take their numbers out.
enum class RtpDrop { kDuplicate, kTooOld, kTooLarge };

/// Feedback that an up track wants sent to the publisher (or over the relay that feeds it).
struct UpFeedback {
  std::vector<std::uint16_t> nack;  // sequence numbers to ask for, ascending
  bool pli = false;
};

/// One encoding as it arrives from a publisher, or by relay from another worker: cache, loss and
/// keyframe requests, statistics for receiver reports. Knows no receivers and
/// does no I/O.
class UpTrack {
 public:
  UpTrack(UpTrackConfig config, Timestamp now);
  ~UpTrack();

  const UpTrackConfig& config() const { return config_; }

  /// Takes a decrypted packet of this track and keeps a copy without header extensions and
  /// padding. The result is to be forwarded and stays valid until the next call of handle_rtp() or
  /// set_cache_span().
  Result<const CachedPacket*, RtpDrop> handle_rtp(const RtpPacketView& packet, Timestamp now);

  /// A publisher's sender report, with its SDES CNAME if there was one.
  void handle_sender_report(const SenderInfo& info, Timestamp now);
  void set_cname(std::string cname);
  const std::string& cname() const { return cname_; }
  /// Maps a moment to this track's RTP timestamp by arrival time of packets and sender reports, for
  /// down tracks' own sender reports (never
  /// trusting that the publisher's wall clock agrees with ours).
  std::optional<std::uint32_t> rtp_timestamp_at(Timestamp t) const;

  /// A receiver needs a keyframe. Coalesced and rate limited: at most one in 500 ms, repeated until
  /// one comes.
  void request_keyframe(Timestamp now);
  /// A packet by number, for a receiver's NACK. Null when it is not in the cache; it is then asked
  /// from the publisher if that can still help. Valid like the result of handle_rtp().
  const CachedPacket* find_for_retransmission(std::uint64_t extended_sequence, Timestamp now);
  /// For a receiver that joins: from the newest keyframe's first packet to the newest packet, in
  /// order, if those are fewer than 40, else empty.
  std::vector<const CachedPacket*> keyframe_replay() const;

  /// What the receivers want at most, bit/s, from ReceiverLimit (track/receiver_limit.h): the input
  /// of the REMB share. Until the first call as if there were no receivers.
  void set_receiver_limit(std::uint64_t bitrate);
  /// This track's share of the connection's REMB, 0 if REMB was not negotiated.
  std::uint64_t remb_share() const;
  /// Lengthens or shortens the cache, from the largest round-trip time and jitter
  /// among the receivers.
  void set_cache_span(TimeDelta span);

  /// For the receiver report of this interval; resets the interval.
  ReportBlock make_report_block(Timestamp now);

  /// NACK and PLI due now. Call after each packet and when next_deadline() has come.
  UpFeedback poll_feedback(Timestamp now);
  Timestamp next_deadline() const;

  struct Statistics {
    std::uint64_t packets = 0, bytes = 0;
    std::uint32_t bitrate = 0;  // bit/s
    double loss = 0;            // 0..1 in the last report interval
    double jitter_ms = 0;
    std::uint64_t keyframes = 0, nacks_sent = 0, plis_sent = 0, duplicates = 0, too_old = 0;
  };
  Statistics statistics(Timestamp now) const;

 private:
  // The implementation may change everything below.
  UpTrackConfig config_;
  std::string cname_;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::mediad
