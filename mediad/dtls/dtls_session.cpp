#include "mediad/dtls/dtls_session.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "mediad/dtls/client_hello_assembler.h"
#include "mediad/dtls/dtls_engine.h"

namespace halcyon::mediad {
namespace {

enum class Phase {
  kAwaitingClientHello,  // server only: costs no mbedTLS context yet
  kHandshaking,
  kLingering,  // connected; answers retransmissions of the peer's last flight
  kDone,
};

}  // namespace

struct DtlsSession::Impl {
  Impl(std::shared_ptr<const DtlsCertificate> own_certificate, DtlsRole own_role,
       std::vector<Fingerprint> expected_fingerprints, RandomSource& random_source, Timestamp start)
      : certificate(std::move(own_certificate)),
        role(own_role),
        expected(std::move(expected_fingerprints)),
        random(&random_source),
        phase_deadline(start + kDtlsHandshakeTimeout) {}

  void start(Timestamp now);
  void handle_records(std::span<const std::uint8_t> datagram, Timestamp now);
  void step(std::span<const std::uint8_t> input, Timestamp now);
  void collect_datagrams();
  void finish(std::optional<Output> last);

  std::shared_ptr<const DtlsCertificate> certificate;
  DtlsRole role;
  std::vector<Fingerprint> expected;
  RandomSource* random;
  Phase phase = Phase::kAwaitingClientHello;
  Timestamp phase_deadline;
  ClientHelloAssembler client_hello;
  std::unique_ptr<DtlsEngine> engine;
  std::deque<Output> outputs;
};

void DtlsSession::Impl::start(Timestamp now) {
  auto made = DtlsEngine::create(certificate, role, expected, *random);
  if (!made) {
    finish(Failed{std::move(made.error().message)});
    return;
  }
  engine = std::move(*made);
  phase = Phase::kHandshaking;
  if (role == DtlsRole::kClient) step({}, now);
}

/// A server's input goes record by record, with fragments of a ClientHello held back until it is
/// whole. Before the first ClientHello anything else is dropped: mbedTLS would give up on it.
void DtlsSession::Impl::handle_records(std::span<const std::uint8_t> datagram, Timestamp now) {
  while (!datagram.empty() && phase != Phase::kDone) {
    const std::span<const std::uint8_t> record = take_dtls_record(datagram);
    if (record.empty()) return;
    if (!is_client_hello(record)) {
      if (phase != Phase::kAwaitingClientHello) step(record, now);
      continue;
    }
    const std::optional<std::vector<std::uint8_t>> whole = client_hello.add(record);
    if (!whole) continue;
    if (phase == Phase::kAwaitingClientHello) start(now);
    if (phase != Phase::kDone) step(*whole, now);
  }
}

void DtlsSession::Impl::collect_datagrams() {
  for (std::vector<std::uint8_t>& bytes : engine->take_datagrams()) {
    outputs.emplace_back(Datagram{std::move(bytes)});
  }
}

void DtlsSession::Impl::step(std::span<const std::uint8_t> input, Timestamp now) {
  const DtlsEngine::Progress progress = engine->step(input, now);
  collect_datagrams();
  switch (progress) {
    case DtlsEngine::Progress::kWaiting:
      return;
    case DtlsEngine::Progress::kConnected:
      if (phase != Phase::kHandshaking) return;
      outputs.emplace_back(Connected{engine->take_keys()});
      phase = Phase::kLingering;
      phase_deadline = now + kDtlsLinger;
      return;
    case DtlsEngine::Progress::kClosed:
      finish(Closed{});
      return;
    case DtlsEngine::Progress::kFailed:
      if (phase == Phase::kLingering) {
        finish(std::nullopt);  // the keys are out, media needs nothing more from here
      } else {
        finish(Failed{engine->failure()});
      }
      return;
  }
}

void DtlsSession::Impl::finish(std::optional<Output> last) {
  if (last) outputs.push_back(std::move(*last));
  engine.reset();
  client_hello = {};
  phase = Phase::kDone;
}

DtlsSession::DtlsSession(std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
                         std::vector<Fingerprint> expected, RandomSource& random, Timestamp now)
    : impl_(
          std::make_unique<Impl>(std::move(certificate), role, std::move(expected), random, now)) {
  if (role == DtlsRole::kClient) impl_->start(now);
}

DtlsSession::DtlsSession(DtlsSession&&) noexcept = default;
DtlsSession& DtlsSession::operator=(DtlsSession&&) noexcept = default;
DtlsSession::~DtlsSession() = default;

void DtlsSession::handle_datagram(std::span<const std::uint8_t> datagram, Timestamp now) {
  if (impl_->phase == Phase::kDone || !is_dtls(datagram) || datagram.size() > kMaxDtlsDatagram) {
    return;
  }
  if (impl_->role == DtlsRole::kServer) {
    impl_->handle_records(datagram, now);
  } else {
    impl_->step(datagram, now);
  }
}

void DtlsSession::handle_timeout(Timestamp now) {
  if (impl_->phase == Phase::kDone) return;
  if (now >= impl_->phase_deadline) {
    if (impl_->phase == Phase::kLingering) {
      impl_->finish(std::nullopt);
    } else {
      impl_->finish(Failed{"the DTLS handshake took longer than 30 s"});
    }
    return;
  }
  if (impl_->engine && now >= impl_->engine->retransmission_deadline()) impl_->step({}, now);
}

void DtlsSession::close(Timestamp now) {
  if (impl_->engine) {
    impl_->engine->close(now);
    impl_->collect_datagrams();
  }
  impl_->finish(std::nullopt);
}

Timestamp DtlsSession::next_deadline() const {
  if (impl_->phase == Phase::kDone) return Timestamp::never();
  if (!impl_->engine) return impl_->phase_deadline;
  return std::min(impl_->phase_deadline, impl_->engine->retransmission_deadline());
}

std::optional<DtlsSession::Output> DtlsSession::poll_output() {
  if (impl_->outputs.empty()) return std::nullopt;
  Output output = std::move(impl_->outputs.front());
  impl_->outputs.pop_front();
  return output;
}

}  // namespace halcyon::mediad
