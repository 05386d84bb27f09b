#include "mediad/engine/rtcp_sender.h"

#include <algorithm>
#include <array>

#include "mediad/engine/report_intervals.h"
#include "mediad/relay/relay_link.h"
#include "mediad/relay/relay_packet.h"
#include "mediad/rtcp/nack.h"
#include "mediad/rtcp/pli.h"
#include "mediad/rtcp/receiver_report.h"
#include "mediad/rtcp/remb.h"
#include "mediad/rtcp/sdes.h"
#include "mediad/rtcp/sender_report.h"
#include "mediad/track/receiver_limit.h"

namespace halcyon::mediad {
namespace {

/// An SR without blocks and an SDES with the longest CNAME.
constexpr std::size_t kMaxSrAndSdes = 28 + 4 + 4 + 2 + 255 + 4;

}  // namespace

template <class Write>
void RtcpSender::to_peer(MediaTransport& transport, Write write) {
  if (!transport.can_send()) return;
  ByteWriter writer(context_.to_peers.next_slot().first(kMaxRtcpPacket));
  write(writer);
  if (!writer.ok() || writer.size() == 0) return;
  context_.to_peers.commit(transport.destination(), writer.size(), Protection::kRtcp,
                           &*transport.srtp);
}

template <class Write>
void RtcpSender::to_relay(const RelayLink& link, std::uint8_t index, Write write) {
  const auto slot = context_.to_relays.next_slot();
  write_relay_header({link.id(), RelayKind::kRtcp, index}, slot);
  ByteWriter writer(slot.subspan(kRelayHeaderSize, kMaxRtcpPacket));
  write(writer);
  if (!writer.ok() || writer.size() == 0) return;
  context_.to_relays.commit({link.peer()}, kRelayHeaderSize + writer.size());
}

template <class Write>
void RtcpSender::to_source(Publication& publication, Write write) {
  if (publication.transport != nullptr) {
    to_peer(*publication.transport, write);
  } else {
    to_relay(*publication.relay, publication.relay_index, write);
  }
}

void RtcpSender::send_feedback(Publication& publication, Timestamp now) {
  if (!publication.track) return;
  const UpFeedback feedback = publication.track->poll_feedback(now);
  publication.feedback_due.set_no_later_than(
      std::max(publication.track->next_deadline(), now + kMinWakeUp));
  const Ssrc media = publication.track->config().ssrc;
  if (feedback.pli) {
    ++context_.counters.keyframe_requests;
    to_source(publication, [&](ByteWriter& w) { write_pli(w, kFeedbackSsrc, media); });
  }
  std::span<const std::uint16_t> missing = feedback.nack;
  while (!missing.empty()) {
    std::size_t written = 0;
    to_source(publication,
              [&](ByteWriter& w) { written = write_nack(w, kFeedbackSsrc, media, missing); });
    if (written == 0) return;  // the transport cannot send
    context_.counters.nacked_to_publishers += written;
    missing = missing.subspan(written);
  }
}

void RtcpSender::send_receiver_report(MediaTransport& transport, Timestamp now) {
  const std::span<Publication* const> all = transport.publications;
  bool any_started = false;
  for (Publication* p : all) {
    any_started = any_started || p->track;
    router_.update_receiver_limit(*p, now);
  }
  if (!any_started) return;  // the next track to start sets the deadline again
  transport.receiver_report_due.set(now + kReceiverReportInterval);
  for (std::size_t begin = 0; begin < all.size(); begin += kMaxReportBlocks) {
    const auto batch = all.subspan(begin, std::min(kMaxReportBlocks, all.size() - begin));
    const bool last = begin + batch.size() == all.size();
    to_peer(transport, [&](ByteWriter& w) {
      write_reports(w, batch, now);
      if (last) write_remb_of(w, transport);
    });
  }
}

void RtcpSender::write_reports(ByteWriter& writer, std::span<Publication* const> batch,
                               Timestamp now) {
  std::array<ReportBlock, kMaxReportBlocks> blocks;
  std::size_t n = 0;
  for (Publication* p : batch) {
    if (p->track) blocks[n++] = p->track->make_report_block(now);
  }
  write_receiver_report(writer, kFeedbackSsrc, std::span(blocks).first(n));
}

void RtcpSender::write_remb_of(ByteWriter& writer, MediaTransport& transport) {
  std::array<Ssrc, kMaxRembSources> sources;
  std::size_t n = 0;
  std::uint64_t bitrate = 0;
  for (const Publication* p : transport.publications) {
    if (!p->track || p->track->remb_share() == 0) continue;
    bitrate += p->track->remb_share();
    if (n < sources.size()) sources[n++] = p->track->config().ssrc;
  }
  if (n == 0) return;
  write_remb(writer, kFeedbackSsrc, std::min(bitrate, kMaxRemb), std::span(sources).first(n));
}

void RtcpSender::send_sender_report(MediaTransport& transport, Timestamp now) {
  if (transport.subscriptions.empty() || !transport.can_send())
    return;  // admission starts it again
  transport.sender_report_due.set(now + kSenderReportInterval);
  const std::uint64_t ntp = context_.ntp.at(now);
  auto next = transport.subscriptions.begin();
  const auto end = transport.subscriptions.end();
  while (next != end) {
    to_peer(transport, [&](ByteWriter& w) {
      for (; next != end && w.remaining() >= kMaxSrAndSdes; ++next) {
        Subscription& s = **next;
        if (!s.flowing || s.source == nullptr || !s.source->track) continue;
        const auto rtp_timestamp = s.source->track->rtp_timestamp_at(now);
        if (!rtp_timestamp) continue;
        write_sender_report(w, s.track.make_sender_info(ntp, *rtp_timestamp));
        const std::string& published = s.source->track->cname();
        write_sdes_cname(w, s.track.config().ssrc,
                         published.empty() ? s.track.config().cname : published);
      }
    });
  }
}

void RtcpSender::send_relay_report(Publication& publication, Timestamp now) {
  if (!publication.track || publication.relay == nullptr) return;
  publication.relay_report_due.set(now + kRelayReportInterval);
  const std::uint64_t limit = router_.update_receiver_limit(publication, now);
  const std::array<Ssrc, 1> source = {publication.track->config().ssrc};
  to_relay(*publication.relay, publication.relay_index,
           [&](ByteWriter& w) { write_remb(w, kFeedbackSsrc, std::min(limit, kMaxRemb), source); });
}

void RtcpSender::relay_sender_report(const Publication& publication, const SenderInfo& info) {
  const std::string& cname = publication.track->cname();
  for (const RelayOutput& relay : publication.relays) {
    to_relay(*relay.link, relay.index, [&](ByteWriter& w) {
      write_sender_report(w, info);
      if (!cname.empty()) write_sdes_cname(w, info.ssrc, cname);
    });
  }
}

}  // namespace halcyon::mediad
