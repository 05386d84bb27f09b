#include "mediad/engine/rtp_receiver.h"

namespace halcyon::mediad {
namespace {

Drop drop_of(SrtpError error) {
  switch (error) {
    case SrtpError::kAuthentication:
      return Drop::kSrtpAuthentication;
    case SrtpError::kReplay:
      return Drop::kSrtpReplay;
    case SrtpError::kNoRoom:
      return Drop::kSrtpSsrcs;
    default:
      return Drop::kSrtpMalformed;
  }
}

}  // namespace

void RtpReceiver::handle(MediaTransport& transport, std::span<std::uint8_t> datagram,
                         Timestamp now) {
  if (!transport.srtp) {
    context_.drops.count(Drop::kSrtpWithoutKeys);
    return;
  }
  const bool control = is_rtcp(datagram);
  const auto size =
      control ? transport.srtp->unprotect_rtcp(datagram) : transport.srtp->unprotect_rtp(datagram);
  if (!size) {
    context_.drops.count(drop_of(size.error()));
    return;
  }
  if (control) {
    rtcp_.handle_peer(transport, datagram.first(*size), now);
  } else {
    handle_rtp(transport, datagram.first(*size), now);
  }
}

void RtpReceiver::handle_rtp(MediaTransport& transport, std::span<const std::uint8_t> bytes,
                             Timestamp now) {
  const auto packet = RtpPacketView::parse(bytes);
  if (!packet) {
    context_.drops.count(Drop::kRtpMalformed);
    return;
  }
  Publication* publication = transport.demuxer.find(*packet);
  if (publication == nullptr) {
    context_.drops.count(Drop::kRtpUnknownSsrc);
    return;
  }
  if (!publication->track) {
    const Codec* codec = publication->codec_of(packet->payload_type());
    if (codec == nullptr) {
      context_.drops.count(Drop::kRtpPayloadType);
      return;
    }
    router_.start(*publication, *codec, packet->ssrc(), now);
    announce(*publication);
  }
  if (packet->payload_type() != publication->track->config().codec.payload_type) {
    context_.drops.count(Drop::kRtpPayloadType);
    return;
  }
  router_.receive(*publication, *packet, now);
  sender_.send_feedback(*publication, now);
}

void RtpReceiver::announce(const Publication& publication) {
  const UpTrackConfig& config = publication.track->config();
  auto& started = *context_.events.emplace_back().mutable_up_track_started();
  started.set_transport_id(publication.transport->id().value());
  started.set_track_id(config.id.value());
  started.set_ssrc(config.ssrc.value());
  started.set_payload_type(config.codec.payload_type);
}

}  // namespace halcyon::mediad
