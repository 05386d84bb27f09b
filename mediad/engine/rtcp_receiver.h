#pragma once

#include <cstdint>
#include <span>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/media_transport.h"
#include "mediad/engine/publication.h"
#include "mediad/engine/rtcp_sender.h"
#include "mediad/engine/track_router.h"
#include "mediad/rtcp/compound.h"

namespace halcyon::mediad {

/// Gives the RTCP that arrives, by SRTCP or by relay, to the tracks it concerns.
class RtcpReceiver {
 public:
  RtcpReceiver(EngineContext& context, TrackRouter& router, RtcpSender& sender)
      : context_(context), router_(router), sender_(sender) {}

  /// A decrypted compound packet of this transport's peer.
  void handle_peer(MediaTransport& transport, std::span<const std::uint8_t> bytes, Timestamp now);
  /// What the sink of a relay says about a publication of ours.
  void handle_sink(Publication& publication, RelayOutput& relay,
                   std::span<const std::uint8_t> bytes, Timestamp now);
  /// What the source of a relay says about the track it sends.
  void handle_source(Publication& publication, std::span<const std::uint8_t> bytes, Timestamp now);

 private:
  void read_cnames(MediaTransport& transport, std::span<const std::uint8_t> bytes);
  void handle(MediaTransport& transport, const SenderReport& report, Timestamp now);
  void handle(MediaTransport& transport, const ReceiverReport& report, Timestamp now);
  void handle(MediaTransport& transport, const Nack& nack, Timestamp now);
  void handle(MediaTransport& transport, const Pli& pli, Timestamp now);
  void handle(MediaTransport& transport, const Fir& fir, Timestamp now);
  void handle(MediaTransport& transport, const Remb& remb, Timestamp now);
  void handle(MediaTransport&, const Sdes&, Timestamp) {}
  // Ends of streams are signald's to decide.
  void handle(MediaTransport&, const Bye&, Timestamp) {}
  void handle_blocks(MediaTransport& transport, const ReportBlockList& blocks, Timestamp now);

  EngineContext& context_;
  TrackRouter& router_;
  RtcpSender& sender_;
};

}  // namespace halcyon::mediad
