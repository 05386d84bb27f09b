#include "mediad/engine/rtcp_receiver.h"

#include <string>
#include <variant>

namespace halcyon::mediad {
namespace {

Subscription* subscription_of(const MediaTransport& transport, Ssrc ssrc) {
  for (Subscription* s : transport.subscriptions) {
    if (s->track.config().ssrc == ssrc) return s;
  }
  return nullptr;
}

}  // namespace

void RtcpReceiver::handle_peer(MediaTransport& transport, std::span<const std::uint8_t> bytes,
                               Timestamp now) {
  // First, so that a sender report goes to relays with the name that stands behind it.
  read_cnames(transport, bytes);
  RtcpCompoundReader reader(bytes);
  while (const auto packet = reader.next()) {
    std::visit([&](const auto& p) { handle(transport, p, now); }, *packet);
  }
  context_.drops.count(Drop::kRtcpMalformed, reader.malformed());
}

void RtcpReceiver::read_cnames(MediaTransport& transport, std::span<const std::uint8_t> bytes) {
  if (transport.publications.empty()) return;
  RtcpCompoundReader reader(bytes);
  while (const auto packet = reader.next()) {
    const auto* sdes = std::get_if<Sdes>(&*packet);
    if (sdes == nullptr) continue;
    for (Publication* p : transport.publications) {
      if (!p->track) continue;
      const auto cname = sdes->cname_of(p->track->config().ssrc);
      if (cname) p->track->set_cname(std::string(*cname));
    }
  }
}

void RtcpReceiver::handle(MediaTransport& transport, const SenderReport& report, Timestamp now) {
  handle_blocks(transport, report.blocks, now);
  Publication* publication = transport.demuxer.by_ssrc(report.info.ssrc);
  if (publication == nullptr || !publication->track) return;
  router_.handle_sender_report(*publication, report.info, now);
  sender_.relay_sender_report(*publication, report.info);
}

void RtcpReceiver::handle(MediaTransport& transport, const ReceiverReport& report, Timestamp now) {
  handle_blocks(transport, report.blocks, now);
}

void RtcpReceiver::handle_blocks(MediaTransport& transport, const ReportBlockList& blocks,
                                 Timestamp now) {
  const std::uint64_t ntp = context_.ntp.at(now);
  for (const ReportBlock block : blocks) {
    if (Subscription* s = subscription_of(transport, block.ssrc)) {
      s->track.handle_report_block(block, now, ntp);
    }
  }
}

void RtcpReceiver::handle(MediaTransport& transport, const Nack& nack, Timestamp now) {
  Subscription* subscription = subscription_of(transport, nack.media);
  if (subscription == nullptr) return;
  RetransmissionBudget& budget = subscription->retransmissions;
  nack.for_each_lost([&](std::uint16_t sequence_number) {
    ++context_.counters.nacked_by_receivers;
    if (!budget.available(now)) {
      context_.drops.count(Drop::kNackBeyondLimit);
    } else if (router_.retransmit(*subscription, sequence_number, now)) {
      ++context_.counters.retransmissions;
      budget.spend();
    }
  });
}

void RtcpReceiver::handle(MediaTransport& transport, const Pli& pli, Timestamp now) {
  Subscription* subscription = subscription_of(transport, pli.media);
  if (subscription != nullptr && subscription->source != nullptr) {
    router_.request_keyframe(*subscription->source, now);
  }
}

void RtcpReceiver::handle(MediaTransport& transport, const Fir& fir, Timestamp now) {
  for (const FirEntry entry : fir.entries) {
    Subscription* subscription = subscription_of(transport, entry.ssrc);
    if (subscription == nullptr || subscription->source == nullptr) continue;
    if (!subscription->track.accept_fir(entry.sequence_number)) continue;
    router_.request_keyframe(*subscription->source, now);
  }
}

void RtcpReceiver::handle(MediaTransport& transport, const Remb& remb, Timestamp now) {
  // Browsers state the sum for their connection, whatever sources they list.
  for (Subscription* s : transport.subscriptions) s->track.handle_remb(remb.bitrate, now);
}

void RtcpReceiver::handle_sink(Publication& publication, RelayOutput& relay,
                               std::span<const std::uint8_t> bytes, Timestamp now) {
  RtcpCompoundReader reader(bytes);
  while (const auto packet = reader.next()) {
    if (const auto* remb = std::get_if<Remb>(&*packet)) {
      relay.limit = remb->bitrate;
    } else if (std::holds_alternative<Pli>(*packet)) {
      router_.request_keyframe(publication, now);
    } else if (const auto* nack = std::get_if<Nack>(&*packet)) {
      nack->for_each_lost([&](std::uint16_t sequence_number) {
        router_.retransmit_to_relay(publication, relay, sequence_number, now);
      });
    }
  }
  context_.drops.count(Drop::kRtcpMalformed, reader.malformed());
}

void RtcpReceiver::handle_source(Publication& publication, std::span<const std::uint8_t> bytes,
                                 Timestamp now) {
  if (!publication.track) return;
  RtcpCompoundReader reader(bytes);
  while (const auto packet = reader.next()) {
    if (const auto* report = std::get_if<SenderReport>(&*packet)) {
      router_.handle_sender_report(publication, report->info, now);
    } else if (const auto* sdes = std::get_if<Sdes>(&*packet)) {
      const auto cname = sdes->cname_of(publication.track->config().ssrc);
      if (cname) publication.track->set_cname(std::string(*cname));
    }
  }
  context_.drops.count(Drop::kRtcpMalformed, reader.malformed());
}

}  // namespace halcyon::mediad
