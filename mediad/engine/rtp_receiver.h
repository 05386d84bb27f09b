#pragma once

#include <cstdint>
#include <span>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/media_transport.h"
#include "mediad/engine/rtcp_receiver.h"
#include "mediad/engine/rtcp_sender.h"
#include "mediad/engine/track_router.h"

namespace halcyon::mediad {

/// How much RTP is decrypted side by side.
inline constexpr std::size_t kMaxRtpTogether = MultiBuffer::kMaxBatch;

/// A datagram from the address of a transport. Borrows both.
struct PeerDatagram {
  MediaTransport* transport = nullptr;
  std::span<std::uint8_t> bytes;
};

/// Takes SRTP and SRTCP datagrams of known transports: decrypts them in place and finds their
/// tracks.
class RtpReceiver {
 public:
  RtpReceiver(EngineContext& context, TrackRouter& router, RtcpSender& sender, RtcpReceiver& rtcp)
      : context_(context), router_(router), sender_(sender), rtcp_(rtcp) {}

  /// At most kMaxRtpTogether, decrypted side by side.
  void handle_rtp(std::span<const PeerDatagram> datagrams, Timestamp now);
  void handle_rtcp(MediaTransport& transport, std::span<std::uint8_t> datagram, Timestamp now);
  /// Reports the first packet's SSRC and payload type, whether or not that was reported before.
  void announce(const Publication& publication);

 private:
  void handle_plain(MediaTransport& transport, std::span<const std::uint8_t> bytes, Timestamp now);

  EngineContext& context_;
  TrackRouter& router_;
  RtcpSender& sender_;
  RtcpReceiver& rtcp_;
};

}  // namespace halcyon::mediad
