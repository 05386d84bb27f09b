#pragma once

#include <span>

#include "common/bytes/byte_writer.h"
#include "mediad/engine/engine_context.h"
#include "mediad/engine/media_transport.h"
#include "mediad/engine/publication.h"
#include "mediad/engine/track_router.h"

namespace halcyon::mediad {

/// Our sender SSRC in reports and feedback about others. Any value will do: we send no RTP under
/// it.
inline constexpr Ssrc kFeedbackSsrc{1};
/// A compound packet stays below every path's MTU, SRTCP trailer included.
inline constexpr std::size_t kMaxRtcpPacket = 1180;
/// Sources that one REMB lists.
inline constexpr std::size_t kMaxRembSources = 64;

/// Writes the RTCP that this worker sends: reports on their schedules, feedback when it is due.
class RtcpSender {
 public:
  RtcpSender(EngineContext& context, TrackRouter& router) : context_(context), router_(router) {}

  /// NACK and PLI that the publication's track wants now, to where it comes from.
  void send_feedback(Publication& publication, Timestamp now);
  /// RR and REMB to a publisher; sets the next one's deadline.
  void send_receiver_report(MediaTransport& transport, Timestamp now);
  /// SR and SDES to a receiver; sets the next one's deadline.
  void send_sender_report(MediaTransport& transport, Timestamp now);
  /// The receivers' limit to the worker that relays this track to us; sets the next one's deadline.
  void send_relay_report(Publication& publication, Timestamp now);
  /// The publisher's clock and CNAME to the workers that we relay this track to.
  void relay_sender_report(const Publication& publication, const SenderInfo& info);

 private:
  template <class Write>
  void to_peer(MediaTransport& transport, Write write);
  template <class Write>
  void to_relay(const RelayLink& link, std::uint8_t index, Write write);
  template <class Write>
  void to_source(Publication& publication, Write write);
  static void write_reports(ByteWriter& writer, std::span<Publication* const> batch, Timestamp now);
  static void write_remb_of(ByteWriter& writer, MediaTransport& transport);

  EngineContext& context_;
  TrackRouter& router_;
};

}  // namespace halcyon::mediad
