#include "mediad/srtp/srtp_session.h"

#include <srtp2/srtp.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "common/check/check.h"
#include "mediad/srtp/incoming_rtp.h"
#include "mediad/srtp/outgoing_rtp.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kRtcpHeader = 8;
constexpr std::size_t kSrtcpMinSize = kRtcpHeader + 4 + 10;  // with index and tag (RFC 3711 3.4)
constexpr std::size_t kRtpSsrcOffset = 8;
constexpr std::size_t kRtcpSsrcOffset = 4;

bool library_is_ready() {
  static const bool ready = srtp_init() == srtp_err_status_ok;
  return ready;
}

SrtpError to_error(srtp_err_status_t status) {
  switch (status) {
    case srtp_err_status_auth_fail:
      return SrtpError::kAuthentication;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
      return SrtpError::kReplay;
    case srtp_err_status_bad_param:
    case srtp_err_status_parse_err:
      return SrtpError::kMalformed;
    default:
      return SrtpError::kInternal;
  }
}

std::uint32_t ssrc_at(std::span<const std::uint8_t> packet, std::size_t offset) {
  return static_cast<std::uint32_t>(packet[offset]) << 24 |
         static_cast<std::uint32_t>(packet[offset + 1]) << 16 |
         static_cast<std::uint32_t>(packet[offset + 2]) << 8 | packet[offset + 3];
}

/// The SSRCs libsrtp has a stream for. It makes one for every new SSRC and finds it by walking a
/// list, so their number is bounded here.
class KnownSsrcs {
 public:
  bool may_use(std::uint32_t ssrc) const {
    return knows(ssrc) || ssrcs_.size() < kSrtpMaxInboundSsrcs;
  }
  void add(std::uint32_t ssrc) {
    if (!knows(ssrc)) ssrcs_.push_back(ssrc);
  }

 private:
  bool knows(std::uint32_t ssrc) const {
    return std::find(ssrcs_.begin(), ssrcs_.end(), ssrc) != ssrcs_.end();
  }
  std::vector<std::uint32_t> ssrcs_;
};

/// One direction's srtp_t.
class Context {
 public:
  Context() = default;
  ~Context() {
    if (srtp_ != nullptr) srtp_dealloc(srtp_);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  bool create(std::array<std::uint8_t, 30> key, srtp_ssrc_type_t direction, unsigned long window,
              SrtpTag tag) {
    srtp_policy_t policy{};
    if (tag == SrtpTag::k32Bits) {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
    } else {
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
    }
    srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    policy.ssrc.type = direction;
    policy.key = key.data();
    policy.window_size = window;
    policy.allow_repeat_tx = 1;
    return srtp_create(&srtp_, &policy) == srtp_err_status_ok;
  }
  srtp_t get() const { return srtp_; }

 private:
  srtp_t srtp_ = nullptr;
};

using Transform = srtp_err_status_t (*)(srtp_t, void*, int*);

Result<std::size_t, SrtpError> apply(Transform transform, const Context& context,
                                     std::span<std::uint8_t> buffer, std::size_t size) {
  int length = static_cast<int>(size);
  const srtp_err_status_t status = transform(context.get(), buffer.data(), &length);
  if (status != srtp_err_status_ok) return make_unexpected(to_error(status));
  return static_cast<std::size_t>(length);
}

Result<std::size_t, SrtpError> protect(Transform transform, const Context& context,
                                       std::span<std::uint8_t> buffer, std::size_t size,
                                       std::size_t header_size) {
  if (size < header_size) return make_unexpected(SrtpError::kMalformed);
  if (size > buffer.size() || buffer.size() - size < kSrtpMaxTrailer) {
    return make_unexpected(SrtpError::kNoRoom);
  }
  return apply(transform, context, buffer, size);
}

/// What is checked before any cryptography: the SSRC.
Result<std::uint32_t, SrtpError> examine(const KnownSsrcs& known,
                                         std::span<const std::uint8_t> packet, std::size_t min_size,
                                         std::size_t ssrc_offset) {
  if (packet.size() < min_size || packet[0] >> 6 != 2) {
    return make_unexpected(SrtpError::kMalformed);
  }
  const std::uint32_t ssrc = ssrc_at(packet, ssrc_offset);
  if (!known.may_use(ssrc)) return make_unexpected(SrtpError::kNoRoom);
  return ssrc;
}

Result<std::size_t, SrtpError> unprotect(Transform transform, const Context& context,
                                         KnownSsrcs& known, std::span<std::uint8_t> packet,
                                         std::size_t min_size, std::size_t ssrc_offset) {
  const auto ssrc = examine(known, packet, min_size, ssrc_offset);
  if (!ssrc) return make_unexpected(ssrc.error());
  const Result<std::size_t, SrtpError> size = apply(transform, context, packet, packet.size());
  if (size) known.add(*ssrc);
  return size;
}

}  // namespace

struct SrtpSession::Impl {
  Impl(SrtpTag t, const SrtpKeys& k) : tag(t), keys(k) {}

  std::size_t min_rtp_size() const { return kRtpHeader + static_cast<std::size_t>(tag); }

  SrtpTag tag;
  SrtpKeys keys;
  Context send;
  Context receive;
  KnownSsrcs inbound;
  MultiBuffer* multi_buffer = nullptr;
  // Instead of `send` and `receive`, with a MultiBuffer.
  std::optional<OutgoingRtp> outgoing_rtp;
  std::optional<IncomingRtp> incoming_rtp;
};

SrtpSession::SrtpSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SrtpSession::SrtpSession(SrtpSession&&) noexcept = default;
SrtpSession& SrtpSession::operator=(SrtpSession&&) noexcept = default;
SrtpSession::~SrtpSession() = default;

void SrtpSession::prepare_library() { library_is_ready(); }

Result<SrtpSession, SrtpError> SrtpSession::create(const SrtpKeys& keys, SrtpTag tag) {
  auto impl = std::make_unique<Impl>(tag, keys);
  if (!library_is_ready() ||
      !impl->send.create(keys.send, ssrc_any_outbound, kSrtpSendWindow, tag) ||
      !impl->receive.create(keys.receive, ssrc_any_inbound, kSrtpReplayWindow, tag)) {
    return make_unexpected(SrtpError::kInternal);
  }
  return SrtpSession(std::move(impl));
}

Result<void, SrtpError> SrtpSession::use(MultiBuffer& multi_buffer) {
  check(impl_->multi_buffer == nullptr);
  const auto ours = multi_buffer.derive_keys(impl_->keys.send);
  const auto theirs = multi_buffer.derive_keys(impl_->keys.receive);
  if (!ours || !theirs) return make_unexpected(SrtpError::kInternal);
  impl_->multi_buffer = &multi_buffer;
  impl_->outgoing_rtp.emplace(*ours, impl_->tag);
  impl_->incoming_rtp.emplace(*theirs, impl_->tag);
  return {};
}

Result<std::size_t, SrtpError> SrtpSession::protect_rtp(std::span<std::uint8_t> buffer,
                                                        std::size_t size) {
  if (!impl_->outgoing_rtp) return protect(srtp_protect, impl_->send, buffer, size, kRtpHeader);
  RtpToProtect packet{.session = this, .buffer = buffer, .size = size};
  protect_rtp(std::span(&packet, 1));
  return packet.protected_size;
}

void SrtpSession::protect_rtp(std::span<RtpToProtect> packets) {
  std::array<MultiBufferJob, MultiBuffer::kMaxBatch> jobs;
  std::array<RtpToProtect*, MultiBuffer::kMaxBatch> jobs_packets;
  std::size_t n = 0;
  MultiBuffer* multi_buffer = nullptr;
  const auto work = [&] {
    if (n == 0) return;
    multi_buffer->run(std::span(jobs).first(n));
    for (std::size_t i = 0; i < n; ++i) {
      if (jobs[i].done) jobs_packets[i]->protected_size = jobs[i].size + jobs[i].tag_size;
    }
    n = 0;
  };
  for (RtpToProtect& packet : packets) {
    Impl& session = *packet.session->impl_;
    if (!session.outgoing_rtp) {
      packet.protected_size = packet.session->protect_rtp(packet.buffer, packet.size);
      continue;
    }
    check(multi_buffer == nullptr || multi_buffer == session.multi_buffer);
    multi_buffer = session.multi_buffer;
    const auto job = session.outgoing_rtp->prepare(packet.buffer, packet.size);
    if (!job) {
      packet.protected_size = make_unexpected(job.error());
      continue;
    }
    packet.protected_size = make_unexpected(SrtpError::kInternal);
    jobs[n] = *job;
    jobs_packets[n++] = &packet;
    if (n == jobs.size()) work();
  }
  work();
}

Result<std::size_t, SrtpError> SrtpSession::protect_rtcp(std::span<std::uint8_t> buffer,
                                                         std::size_t size) {
  return protect(srtp_protect_rtcp, impl_->send, buffer, size, kRtcpHeader);
}

Result<std::size_t, SrtpError> SrtpSession::unprotect_rtp(std::span<std::uint8_t> packet) {
  if (!impl_->incoming_rtp) {
    return unprotect(srtp_unprotect, impl_->receive, impl_->inbound, packet, impl_->min_rtp_size(),
                     kRtpSsrcOffset);
  }
  RtpToUnprotect one{.session = this, .packet = packet};
  unprotect_rtp(std::span(&one, 1));
  return one.plain_size;
}

/// Packets of sessions with a MultiBuffer that are worked on together.
class SrtpSession::UnprotectBatch {
 public:
  /// Where those before it might change what comes of it, they are worked on first.
  void add(RtpToUnprotect& packet) {
    const IncomingRtp& incoming = *packet.session->impl_->incoming_rtp;
    auto job = prepare(packet);
    if (size_ > 0 && (!job || !incoming.may_wait(*job))) {
      run();
      job = prepare(packet);
    }
    if (!job) {
      packet.plain_size = make_unexpected(job.error());
      return;
    }
    MultiBuffer* const multi_buffer = packet.session->impl_->multi_buffer;
    check(multi_buffer_ == nullptr || multi_buffer_ == multi_buffer);
    multi_buffer_ = multi_buffer;
    jobs_[size_] = *job;
    packets_[size_++] = &packet;
    if (size_ == jobs_.size() || !incoming.may_wait(*job)) run();
  }
  void run() {
    if (size_ == 0) return;
    multi_buffer_->run(std::span(jobs_).first(size_));
    for (std::size_t i = 0; i < size_; ++i) {
      packets_[i]->plain_size = accept(jobs_[i], *packets_[i]);
    }
    size_ = 0;
  }

 private:
  static Result<MultiBufferJob, SrtpError> prepare(const RtpToUnprotect& packet) {
    const Impl& session = *packet.session->impl_;
    const auto ssrc =
        examine(session.inbound, packet.packet, session.min_rtp_size(), kRtpSsrcOffset);
    if (!ssrc) return make_unexpected(ssrc.error());
    return session.incoming_rtp->prepare(packet.packet);
  }
  static Result<std::size_t, SrtpError> accept(const MultiBufferJob& job,
                                               const RtpToUnprotect& packet) {
    Impl& session = *packet.session->impl_;
    const auto accepted = session.incoming_rtp->accept(job);
    if (!accepted) return make_unexpected(accepted.error());
    session.inbound.add(job.ssrc);
    return job.size;
  }

  MultiBuffer* multi_buffer_ = nullptr;
  std::array<MultiBufferJob, MultiBuffer::kMaxBatch> jobs_;
  std::array<RtpToUnprotect*, MultiBuffer::kMaxBatch> packets_;
  std::size_t size_ = 0;
};

void SrtpSession::unprotect_rtp(std::span<RtpToUnprotect> packets) {
  UnprotectBatch batch;
  for (RtpToUnprotect& packet : packets) {
    if (packet.session->impl_->incoming_rtp) {
      batch.add(packet);
    } else {
      packet.plain_size = packet.session->unprotect_rtp(packet.packet);
    }
  }
  batch.run();
}

Result<std::size_t, SrtpError> SrtpSession::unprotect_rtcp(std::span<std::uint8_t> packet) {
  return unprotect(srtp_unprotect_rtcp, impl_->receive, impl_->inbound, packet, kSrtcpMinSize,
                   kRtcpSsrcOffset);
}

}  // namespace halcyon::mediad
