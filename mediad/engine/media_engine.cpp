#include "mediad/engine/media_engine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mediad/rtp/rtp_packet.h"

namespace halcyon::mediad {
namespace {

bool is_rtp(std::span<const std::uint8_t> datagram) {
  return is_rtp_or_rtcp(datagram) && !is_rtcp(datagram);
}

}  // namespace

MediaEngine::MediaEngine(Ports ports, WallTime wall, Timestamp now)
    : context_(ports.peers, ports.relays, ports.handshakes, ports.random, ports.drops,
               NtpClock(wall, now)),
      router_(context_),
      rtcp_sender_(context_, router_),
      rtcp_receiver_(context_, router_, rtcp_sender_),
      rtp_receiver_(context_, router_, rtcp_sender_, rtcp_receiver_),
      relays_(context_, router_, rtcp_sender_, rtcp_receiver_),
      connector_(context_, table_, router_),
      commands_(context_, table_, router_, relays_, connector_, rtp_receiver_),
      statistics_due_(context_.deadlines, DeadlineReason::kStatistics),
      orphans_due_(context_.deadlines, DeadlineReason::kSignaldGone) {}

void MediaEngine::handle_datagrams(std::span<const IncomingDatagram> datagrams, Timestamp now) {
  while (!datagrams.empty()) {
    // RTP is decrypted side by side, up to anything that could change who has which keys.
    const auto end = std::find_if_not(datagrams.begin(), datagrams.end(),
                                      [](const IncomingDatagram& d) { return is_rtp(d.bytes); });
    auto handled = static_cast<std::size_t>(end - datagrams.begin());
    if (handled > 0) {
      handled = std::min(handled, kMaxRtpTogether);
      handle_rtp(datagrams.first(handled), now);
    } else {
      handled = 1;
      router_.forward_bursts(now);
      handle_other(datagrams.front().from, datagrams.front().bytes, now);
    }
    for (const IncomingDatagram& d : datagrams.first(handled)) received_.bytes += d.bytes.size();
    received_.packets += handled;
    datagrams = datagrams.subspan(handled);
  }
}

void MediaEngine::handle_rtp(std::span<const IncomingDatagram> datagrams, Timestamp now) {
  std::array<PeerDatagram, kMaxRtpTogether> known;
  std::size_t n = 0;
  for (const IncomingDatagram& d : datagrams) {
    if (MediaTransport* transport = table_.by_address(d.from)) {
      known[n++] = {transport, d.bytes};
    } else {
      context_.drops.count(Drop::kUnknownPeer);
    }
  }
  rtp_receiver_.handle_rtp(std::span(known).first(n), now);
}

void MediaEngine::handle_other(const TransportAddress& from, std::span<std::uint8_t> datagram,
                               Timestamp now) {
  if (is_rtp_or_rtcp(datagram)) {
    if (MediaTransport* transport = table_.by_address(from)) {
      rtp_receiver_.handle_rtcp(*transport, datagram, now);
    } else {
      context_.drops.count(Drop::kUnknownPeer);
    }
  } else if (is_stun(datagram)) {
    connector_.handle_stun(from, datagram, now);
  } else if (is_dtls(datagram)) {
    connector_.handle_dtls(from, datagram, now);
  } else {
    context_.drops.count(Drop::kNotMultiplexed);
  }
}

void MediaEngine::handle_relay_datagram(const SocketAddress& from, std::span<std::uint8_t> datagram,
                                        Timestamp now) {
  ++context_.counters.relay_packets_received;
  ++received_.packets;
  received_.bytes += datagram.size();
  relays_.handle_datagram(from, datagram, now);
}

void MediaEngine::handle_handshake(HandshakeResult result, Timestamp now) {
  router_.forward_bursts(now);
  connector_.handle_handshake(std::move(result), now);
}

void MediaEngine::handle_command(const ipc::SignalToMedia& command, Timestamp now) {
  router_.forward_bursts(now);
  if (command.has_welcome()) {
    handle_welcome(command.welcome(), now);
  } else {
    commands_.handle(command, now);
  }
}

void MediaEngine::handle_welcome(const ipc::Welcome& welcome, Timestamp now) {
  orphans_due_.set(Timestamp::never());
  commands_.begin_state();
  statistics_interval_ = TimeDelta::millis(welcome.statistics_interval_ms());
  statistics_due_.set(statistics_interval_ > TimeDelta::zero() ? now + statistics_interval_
                                                               : Timestamp::never());
}

void MediaEngine::handle_signald_lost(Timestamp now) {
  statistics_due_.set(Timestamp::never());
  orphans_due_.set_no_later_than(now + kOrphanLifetime);
}

void MediaEngine::finish_turn(Timestamp now) {
  router_.forward_bursts(now);
  while (const Deadline* due = context_.deadlines.pop_due(now)) handle_deadline(*due, now);
  context_.to_peers.flush();
  context_.to_relays.flush();
}

void MediaEngine::handle_deadline(const Deadline& due, Timestamp now) {
  switch (due.reason()) {
    case DeadlineReason::kIce:
      return connector_.handle_ice_timeout(*due.transport(), now);
    case DeadlineReason::kReceiverReport:
      return rtcp_sender_.send_receiver_report(*due.transport(), now);
    case DeadlineReason::kSenderReport:
      return rtcp_sender_.send_sender_report(*due.transport(), now);
    case DeadlineReason::kTrackFeedback:
      return rtcp_sender_.send_feedback(*due.publication(), now);
    case DeadlineReason::kRelayReport:
      return rtcp_sender_.send_relay_report(*due.publication(), now);
    case DeadlineReason::kStatistics:
      statistics_due_.set(now + statistics_interval_);
      *context_.events.emplace_back().mutable_statistics() = statistics(now);
      return;
    case DeadlineReason::kSignaldGone:
      return commands_.close_all();
  }
}

std::vector<ipc::MediaToSignal> MediaEngine::take_events() {
  return std::exchange(context_.events, {});
}

std::string MediaEngine::srtp_description() const {
  if (!context_.multi_buffer) return "libsrtp, packet by packet";
  return "intel-ipsec-mb in batches (" + std::string(context_.multi_buffer->instruction_set()) +
         ")";
}

ipc::Statistics MediaEngine::statistics(Timestamp now) const {
  return make_statistics(context_, table_, router_, relays_, received_, now);
}

}  // namespace halcyon::mediad
