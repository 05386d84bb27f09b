#include "tests/sim/sim_peer.h"

#include <algorithm>
#include <array>
#include <variant>

#include "mediad/rtcp/compound.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::sim {
namespace {

using namespace mediad;

constexpr TimeDelta kAskInterval = TimeDelta::millis(40);
constexpr int kMaxAsks = 20;
constexpr std::size_t kKeptForRepair = 2000;

}  // namespace

void SimPeer::handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now) {
  transport_.handle_datagram(datagram, now);
  while (const auto packet = transport_.poll_rtp()) handle_rtp(*packet, now);
  while (const auto packet = transport_.poll_rtcp()) handle_rtcp(*packet);
}

void SimPeer::handle_timeout(Timestamp now) {
  if (transport_.next_deadline() <= now) transport_.handle_timeout(now);
  if (next_ask_ <= now) ask_for_missing(now);
}

Timestamp SimPeer::next_deadline() const { return std::min(transport_.next_deadline(), next_ask_); }

std::vector<Bytes> SimPeer::take_datagrams() {
  std::vector<Bytes> datagrams;
  while (auto datagram = transport_.poll_output()) datagrams.push_back(std::move(*datagram));
  return datagrams;
}

void SimPeer::send_rtp(std::span<const std::uint8_t> packet) {
  if (!transport_.send_rtp(packet)) return;
  const auto view = RtpPacketView::parse(packet);
  if (!view) return;
  const SentKey key(view->ssrc(), view->sequence_number());
  sent_[key] = Bytes(packet.begin(), packet.end());
  sent_order_.push_back(key);
  if (sent_order_.size() > kKeptForRepair) {
    sent_.erase(sent_order_.front());
    sent_order_.pop_front();
  }
}

void SimPeer::handle_rtp(std::span<const std::uint8_t> packet, Timestamp now) {
  const auto view = RtpPacketView::parse(packet);
  if (!view) return;
  note_gap(view->ssrc(), view->sequence_number(), now);
  const auto payload = view->payload();
  received_.push_back({view->ssrc(), view->payload_type(), view->sequence_number(),
                       view->timestamp(), view->marker(), Bytes(payload.begin(), payload.end()),
                       now});
}

void SimPeer::handle_rtcp(std::span<const std::uint8_t> packet) {
  RtcpCompoundReader reader(packet);
  while (const auto p = reader.next()) {
    if (const auto* nack = std::get_if<Nack>(&*p)) {
      answer(*nack);
    } else if (std::holds_alternative<Pli>(*p)) {
      ++rtcp_.plis;
    } else if (std::holds_alternative<ReceiverReport>(*p)) {
      ++rtcp_.receiver_reports;
    } else if (const auto* remb = std::get_if<Remb>(&*p)) {
      rtcp_.remb = remb->bitrate;
    } else if (const auto* report = std::get_if<SenderReport>(&*p)) {
      rtcp_.sender_reports.push_back(report->info);
    } else if (const auto* sdes = std::get_if<Sdes>(&*p)) {
      for (const auto& info : rtcp_.sender_reports) {
        if (const auto cname = sdes->cname_of(info.ssrc))
          rtcp_.cnames[info.ssrc] = std::string(*cname);
      }
    }
  }
}

void SimPeer::answer(const Nack& nack) {
  nack.for_each_lost([&](std::uint16_t sequence_number) {
    ++rtcp_.nacked;
    const auto it = sent_.find({nack.media, sequence_number});
    if (it != sent_.end()) transport_.send_rtp(it->second);
  });
}

void SimPeer::note_gap(Ssrc ssrc, std::uint16_t sequence_number, Timestamp now) {
  Inbound& in = inbound_[ssrc];
  in.missing.erase(sequence_number);
  if (!in.started) {
    in.started = true;
    in.newest = sequence_number;
    return;
  }
  const auto ahead = static_cast<std::uint16_t>(sequence_number - in.newest);
  if (ahead == 0 || ahead >= 0x8000) return;
  for (std::uint16_t i = 1; i < ahead; ++i)
    in.missing[static_cast<std::uint16_t>(in.newest + i)] = 0;
  in.newest = sequence_number;
  if (!in.missing.empty() && next_ask_.is_never()) next_ask_ = now + TimeDelta::millis(5);
}

void SimPeer::ask_for_missing(Timestamp now) {
  next_ask_ = Timestamp::never();
  for (auto& [ssrc, in] : inbound_) {
    std::vector<std::uint16_t> wanted;
    for (auto it = in.missing.begin(); it != in.missing.end();) {
      if (++it->second > kMaxAsks) {
        it = in.missing.erase(it);
      } else {
        wanted.push_back(it->first);
        ++it;
      }
    }
    if (wanted.empty()) continue;
    next_ask_ = now + kAskInterval;
    std::array<std::uint8_t, 1200> packet;
    ByteWriter writer(packet);
    if (write_nack(writer, Ssrc(2), ssrc, wanted) > 0) send_rtcp(writer.written());
  }
}

}  // namespace halcyon::sim
