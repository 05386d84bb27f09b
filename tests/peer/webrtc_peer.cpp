#include "tests/peer/webrtc_peer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "mediad/ice/stun_layout.h"

namespace halcyon::peer {
namespace {

using mediad::DtlsRole;
using mediad::DtlsSession;
using mediad::SrtpSession;

constexpr int kRoleConflict = 487;
constexpr std::size_t kMaxOpenChecks = 16;
constexpr std::uint32_t kHostPriority = 126U << 24 | 65535U << 8 | 255U;  // RFC 8445 5.1.2

std::optional<WebRtcPeer::Bytes> pop(std::deque<WebRtcPeer::Bytes>& queue) {
  if (queue.empty()) return std::nullopt;
  WebRtcPeer::Bytes front = std::move(queue.front());
  queue.pop_front();
  return front;
}

/// RFC 5761 4: with the marker bit off, 64 to 95 are RTCP's.
bool is_rtcp(std::span<const std::uint8_t> datagram) {
  return datagram.size() >= 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

}  // namespace

WebRtcPeer::WebRtcPeer(PeerConfig config, RandomSource& random, Timestamp now)
    : config_(std::move(config)), random_(random), tie_breaker_(random.u64()), last_answer_(now) {
  // A server may begin its handshake with the answer to the check still on its way.
  if (config_.dtls_role == DtlsRole::kServer) start_dtls(now);
  send_check(now);
}

void WebRtcPeer::send_check(Timestamp now) {
  mediad::BindingRequest request;
  random_.fill(request.transaction);
  request.username = config_.remote.ufrag + ":" + config_.local.ufrag;
  request.password = config_.remote.pwd;
  request.priority = kHostPriority;
  request.tie_breaker = tie_breaker_;
  request.controlling = config_.controlling;
  request.use_candidate = config_.controlling;
  Bytes bytes(mediad::kMaxStunMessageSize);
  bytes.resize(mediad::write_binding_request(bytes, request));
  output_.push_back(std::move(bytes));
  open_checks_.push_back(request.transaction);
  if (open_checks_.size() > kMaxOpenChecks) open_checks_.pop_front();
  ++counters_.checks_sent;
  const TimeDelta random_part =
      TimeDelta::micros(random_.u32() % static_cast<std::uint32_t>(kConsentInterval.us() / 5));
  next_check_ = now + (check_answered_ ? kConsentInterval - random_part : kCheckInterval);
}

void WebRtcPeer::handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now) {
  if (over() || datagram.empty()) {
    ++counters_.ignored;
  } else if (mediad::is_stun(datagram)) {
    handle_stun(datagram, now);
  } else if (mediad::is_dtls(datagram) && dtls_) {
    dtls_->handle_datagram(datagram, now);
    drain_dtls();
  } else if (datagram[0] >> 6 == 2 && srtp_) {
    handle_media(datagram);
  } else {
    ++counters_.ignored;
  }
}

void WebRtcPeer::handle_stun(std::span<const std::uint8_t> datagram, Timestamp now) {
  if (!mediad::read_stun_layout(datagram)) {
    ++counters_.ignored;
    return;
  }
  const mediad::StunTransactionId transaction = mediad::stun_transaction_id(datagram);
  const auto open = std::find(open_checks_.begin(), open_checks_.end(), transaction);
  if (open == open_checks_.end()) {
    ++counters_.ignored;
    return;
  }
  const auto response = mediad::read_binding_response(datagram, transaction, config_.remote.pwd);
  if (!response) {
    // An unauthenticated error, or a forged answer: neither ends a check.
    ++counters_.check_errors;
    return;
  }
  open_checks_.erase(open);
  if (response->error_code != 0) {
    ++counters_.check_errors;
    if (response->error_code == kRoleConflict) {
      config_.controlling = !config_.controlling;
      tie_breaker_ = random_.u64();
      send_check(now);
    }
    return;
  }
  ++counters_.checks_answered;
  mapped_address_ = response->mapped;
  last_answer_ = now;
  ice_connected(now);
}

void WebRtcPeer::ice_connected(Timestamp now) {
  if (!check_answered_) {
    check_answered_ = true;
    next_check_ = now + kConsentInterval;
  }
  if (state_ != PeerState::kChecking) return;
  state_ = srtp_ ? PeerState::kConnected : PeerState::kHandshaking;
  if (!dtls_) start_dtls(now);
}

void WebRtcPeer::start_dtls(Timestamp now) {
  dtls_.emplace(config_.certificate, config_.dtls_role, config_.expected, random_, now);
  drain_dtls();
}

void WebRtcPeer::drain_dtls() {
  while (std::optional<DtlsSession::Output> event = dtls_->poll_output()) {
    if (auto* datagram = std::get_if<DtlsSession::Datagram>(&*event)) {
      output_.push_back(std::move(datagram->bytes));
    } else if (const auto* connected = std::get_if<DtlsSession::Connected>(&*event)) {
      auto srtp = SrtpSession::create(connected->keys);
      if (!srtp) return fail("libsrtp refused the keys");
      srtp_.emplace(std::move(*srtp));
      if (state_ == PeerState::kHandshaking) state_ = PeerState::kConnected;
    } else if (auto* failed = std::get_if<DtlsSession::Failed>(&*event)) {
      fail(std::move(failed->reason));
    } else {
      state_ = PeerState::kClosed;
    }
  }
}

void WebRtcPeer::handle_media(std::span<const std::uint8_t> datagram) {
  Bytes packet(datagram.begin(), datagram.end());
  const bool rtcp = is_rtcp(datagram);
  const auto size = rtcp ? srtp_->unprotect_rtcp(packet) : srtp_->unprotect_rtp(packet);
  if (!size) {
    ++counters_.unprotect_failures;
    return;
  }
  packet.resize(*size);
  ++(rtcp ? counters_.rtcp_received : counters_.rtp_received);
  (rtcp ? rtcp_ : rtp_).push_back(std::move(packet));
}

bool WebRtcPeer::send_rtp(std::span<const std::uint8_t> packet) {
  if (state_ != PeerState::kConnected) return false;
  Bytes bytes(packet.begin(), packet.end());
  bytes.resize(packet.size() + mediad::kSrtpMaxTrailer);
  const auto size = srtp_->protect_rtp(bytes, packet.size());
  if (!size) return false;
  bytes.resize(*size);
  output_.push_back(std::move(bytes));
  return true;
}

bool WebRtcPeer::send_rtcp(std::span<const std::uint8_t> packet) {
  if (state_ != PeerState::kConnected) return false;
  Bytes bytes(packet.begin(), packet.end());
  bytes.resize(packet.size() + mediad::kSrtpMaxTrailer);
  const auto size = srtp_->protect_rtcp(bytes, packet.size());
  if (!size) return false;
  bytes.resize(*size);
  output_.push_back(std::move(bytes));
  return true;
}

void WebRtcPeer::handle_timeout(Timestamp now) {
  if (over()) return;
  if (now >= last_answer_ + mediad::kIceConsentLifetime) {
    fail("no check was answered for 30 s");
    return;
  }
  if (now >= next_check_) send_check(now);
  if (dtls_ && now >= dtls_->next_deadline()) {
    dtls_->handle_timeout(now);
    drain_dtls();
  }
}

Timestamp WebRtcPeer::next_deadline() const {
  if (over()) return Timestamp::never();
  Timestamp next = std::min(next_check_, last_answer_ + mediad::kIceConsentLifetime);
  if (dtls_) next = std::min(next, dtls_->next_deadline());
  return next;
}

void WebRtcPeer::restart_ice(mediad::IceCredentials local, mediad::IceCredentials remote,
                             Timestamp now) {
  if (state_ == PeerState::kClosed) return;
  config_.local = std::move(local);
  config_.remote = std::move(remote);
  open_checks_.clear();
  check_answered_ = false;
  last_answer_ = now;
  // Media flows on meanwhile; after a failure it resumes with the first answer.
  if (state_ == PeerState::kFailed) state_ = PeerState::kChecking;
  send_check(now);
}

void WebRtcPeer::close(Timestamp now) {
  if (over()) return;
  if (dtls_) {
    dtls_->close(now);
    drain_dtls();
  }
  state_ = PeerState::kClosed;
}

void WebRtcPeer::fail(std::string reason) {
  failure_ = std::move(reason);
  state_ = PeerState::kFailed;
}

std::optional<WebRtcPeer::Bytes> WebRtcPeer::poll_output() { return pop(output_); }
std::optional<WebRtcPeer::Bytes> WebRtcPeer::poll_rtp() { return pop(rtp_); }
std::optional<WebRtcPeer::Bytes> WebRtcPeer::poll_rtcp() { return pop(rtcp_); }

}  // namespace halcyon::peer
