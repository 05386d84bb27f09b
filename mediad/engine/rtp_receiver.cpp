#include "mediad/engine/rtp_receiver.h"

#include <array>

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

void RtpReceiver::handle_rtp(std::span<const PeerDatagram> datagrams, Timestamp now) {
  std::array<RtpToUnprotect, kMaxRtpTogether> packets;
  std::array<MediaTransport*, kMaxRtpTogether> transports;
  std::size_t n = 0;
  for (const PeerDatagram& d : datagrams) {
    if (!d.transport->srtp) {
      context_.drops.count(Drop::kSrtpWithoutKeys);
      continue;
    }
    transports[n] = d.transport;
    packets[n++] = {.session = &*d.transport->srtp, .packet = d.bytes};
  }
  SrtpSession::unprotect_rtp(std::span(packets).first(n));
  for (std::size_t i = 0; i < n; ++i) {
    const auto& size = packets[i].plain_size;
    if (size) {
      handle_plain(*transports[i], packets[i].packet.first(*size), now);
    } else {
      context_.drops.count(drop_of(size.error()));
    }
  }
}

void RtpReceiver::handle_rtcp(MediaTransport& transport, std::span<std::uint8_t> datagram,
                              Timestamp now) {
  if (!transport.srtp) {
    context_.drops.count(Drop::kSrtpWithoutKeys);
    return;
  }
  const auto size = transport.srtp->unprotect_rtcp(datagram);
  if (size) {
    rtcp_.handle_peer(transport, datagram.first(*size), now);
  } else {
    context_.drops.count(drop_of(size.error()));
  }
}

void RtpReceiver::handle_plain(MediaTransport& transport, std::span<const std::uint8_t> bytes,
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
