#include "tests/sim/sim_peer.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "mediad/ice/stun_layout.h"
#include "mediad/rtcp/compound.h"
#include "mediad/rtp/rtp_packet.h"

namespace halcyon::sim {
namespace {

using namespace mediad;

constexpr TimeDelta kConnectingCheckInterval = TimeDelta::millis(50);
constexpr TimeDelta kConsentInterval = TimeDelta::seconds(2);
constexpr TimeDelta kAskInterval = TimeDelta::millis(40);
constexpr int kMaxAsks = 20;
constexpr std::size_t kKeptForRepair = 2000;

}  // namespace

SimPeer::SimPeer(Config config, std::shared_ptr<const DtlsCertificate> certificate,
                 RandomSource& random, Timestamp now)
    : config_(std::move(config)),
      certificate_(std::move(certificate)),
      random_(random),
      next_check_(now) {}

std::vector<Bytes> SimPeer::take_datagrams() { return std::exchange(out_, {}); }

Timestamp SimPeer::next_deadline() const {
  Timestamp next = checking_ ? next_check_ : Timestamp::never();
  if (dtls_) next = std::min(next, dtls_->next_deadline());
  return std::min(next, next_ask_);
}

void SimPeer::handle_timeout(Timestamp now) {
  if (checking_ && next_check_ <= now) send_check(now);
  if (dtls_ && dtls_->next_deadline() <= now) {
    dtls_->handle_timeout(now);
    drain_handshake();
  }
  if (next_ask_ <= now) ask_for_missing(now);
}

void SimPeer::restart_ice(IceCredentials local, IceCredentials remote, Timestamp now) {
  config_.local = std::move(local);
  config_.remote = std::move(remote);
  nominated_ = false;
  next_check_ = now;
}

void SimPeer::send_check(Timestamp now) {
  random_.fill(transaction_);
  BindingRequest request;
  request.transaction = transaction_;
  request.username = config_.remote.ufrag + ":" + config_.local.ufrag;
  request.password = config_.remote.pwd;
  request.priority = 0x6e7f00ff;
  request.tie_breaker = 77;
  request.use_candidate = true;
  Bytes bytes(kMaxStunMessageSize);
  bytes.resize(write_binding_request(bytes, request));
  out_.push_back(std::move(bytes));
  next_check_ = now + (nominated_ ? kConsentInterval : kConnectingCheckInterval);
}

void SimPeer::handle_datagram(std::span<std::uint8_t> datagram, Timestamp now) {
  if (is_stun(datagram)) {
    handle_stun(datagram, now);
  } else if (is_dtls(datagram)) {
    if (!dtls_) start_handshake(now);
    dtls_->handle_datagram(datagram, now);
    drain_handshake();
  } else if (is_rtp_or_rtcp(datagram) && srtp_) {
    const bool control = is_rtcp(datagram);
    const auto size = control ? srtp_->unprotect_rtcp(datagram) : srtp_->unprotect_rtp(datagram);
    if (!size) return;
    if (control) {
      handle_rtcp(datagram.first(*size));
    } else {
      handle_rtp(datagram.first(*size), now);
    }
  }
}

void SimPeer::handle_stun(std::span<const std::uint8_t> datagram, Timestamp now) {
  const auto response = read_binding_response(datagram, transaction_, config_.remote.pwd);
  if (!response || response->error_code != 0) return;
  if (!std::exchange(nominated_, true)) next_check_ = now + kConsentInterval;
  if (!dtls_ && config_.role == DtlsRole::kClient) start_handshake(now);
}

void SimPeer::start_handshake(Timestamp now) {
  dtls_.emplace(certificate_, config_.role, std::vector{config_.expected}, random_, now);
  drain_handshake();
}

void SimPeer::drain_handshake() {
  while (auto output = dtls_->poll_output()) {
    if (auto* datagram = std::get_if<DtlsSession::Datagram>(&*output)) {
      out_.push_back(std::move(datagram->bytes));
    } else if (const auto* done = std::get_if<DtlsSession::Connected>(&*output)) {
      srtp_ = std::move(*SrtpSession::create(done->keys));
    } else if (const auto* failed = std::get_if<DtlsSession::Failed>(&*output)) {
      dtls_failure_ = failed->reason;
    }
  }
}

void SimPeer::send_rtp(std::span<const std::uint8_t> packet) {
  if (!srtp_) return;
  const auto view = RtpPacketView::parse(packet);
  if (config_.repair && view) {
    const auto key = std::make_pair(view->ssrc(), view->sequence_number());
    sent_[key] = Bytes(packet.begin(), packet.end());
    sent_order_.push_back(key);
    if (sent_order_.size() > kKeptForRepair) {
      sent_.erase(sent_order_.front());
      sent_order_.erase(sent_order_.begin());
    }
  }
  Bytes bytes(packet.begin(), packet.end());
  bytes.resize(packet.size() + kSrtpMaxTrailer);
  const auto size = srtp_->protect_rtp(bytes, packet.size());
  if (!size) return;
  bytes.resize(*size);
  out_.push_back(std::move(bytes));
}

void SimPeer::send_rtcp(std::span<const std::uint8_t> packet) {
  if (!srtp_) return;
  Bytes bytes(packet.begin(), packet.end());
  bytes.resize(packet.size() + kSrtpMaxTrailer);
  const auto size = srtp_->protect_rtcp(bytes, packet.size());
  if (!size) return;
  bytes.resize(*size);
  out_.push_back(std::move(bytes));
}

void SimPeer::handle_rtp(std::span<const std::uint8_t> packet, Timestamp now) {
  ++received_count_;
  const auto view = RtpPacketView::parse(packet);
  if (!view) return;
  if (config_.repair) note_gap(view->ssrc(), view->sequence_number(), now);
  if (!config_.keep_received) return;
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
    if (it == sent_.end()) return;
    Bytes bytes = it->second;
    const std::size_t plain = bytes.size();
    bytes.resize(plain + kSrtpMaxTrailer);
    const auto size = srtp_->protect_rtp(bytes, plain);
    if (!size) return;
    bytes.resize(*size);
    out_.push_back(std::move(bytes));
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
