#include "tests/sim/sim_worker.h"

#include <algorithm>
#include <utility>

namespace halcyon::sim {

using mediad::DtlsCertificate;
using mediad::DtlsSession;

void InlineHandshakes::start(TransportId id, mediad::DtlsRole role,
                             std::vector<mediad::Fingerprint> expected) {
  sessions_.erase(id);
  const auto it = sessions_.emplace(
      id, DtlsSession(certificate_, role, std::move(expected), random_, network_.now()));
  drain(id, it.first->second);
}

bool InlineHandshakes::feed(TransportId id, std::span<const std::uint8_t> datagram) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return true;
  it->second.handle_datagram(datagram, network_.now());
  drain(id, it->second);
  return true;
}

std::vector<mediad::HandshakeResult> InlineHandshakes::take_results() {
  return std::exchange(results_, {});
}

void InlineHandshakes::handle_timeout(Timestamp now) {
  for (auto& [id, session] : sessions_) {
    if (session.next_deadline() > now) continue;
    session.handle_timeout(now);
    drain(id, session);
  }
}

Timestamp InlineHandshakes::next_deadline() const {
  Timestamp next = Timestamp::never();
  for (const auto& [_, session] : sessions_) next = std::min(next, session.next_deadline());
  return next;
}

void InlineHandshakes::drain(TransportId id, DtlsSession& session) {
  while (auto output = session.poll_output()) {
    results_.push_back(mediad::make_handshake_result(id, std::move(*output)));
  }
}

void SimWorker::Sink::send(std::span<const mediad::OutgoingDatagram> datagrams) {
  for (const auto& d : datagrams) {
    network.send(from, d.to.address, d.bytes);
    destinations.push_back(d.to.address);
  }
}

SimWorker::SimWorker(SimNetwork& network, std::string_view ip, std::uint64_t seed)
    : network_(network),
      address_(*SocketAddress::parse(ip, 5000)),
      relay_address_(*SocketAddress::parse(ip, 6000)),
      random_(seed),
      certificate_(DtlsCertificate::generate(random_, WallTime{1'700'000'000'000'000}).value()),
      handshakes_(network, certificate_, random_),
      peers_(network, address_),
      relays_(network, relay_address_),
      engine_(std::make_unique<mediad::MediaEngine>(
          mediad::MediaEngine::Ports{peers_, relays_, handshakes_, random_, drops_},
          WallTime{1'700'000'000'000'000}, network.now())) {
  network.add(*this);
  network.attach(address_,
                 [this](const SocketAddress& from, std::span<std::uint8_t> bytes, Timestamp now) {
                   engine_->handle_datagram({{from}, bytes}, now);
                   finish_turn();
                 });
  network.attach(relay_address_,
                 [this](const SocketAddress& from, std::span<std::uint8_t> bytes, Timestamp now) {
                   engine_->handle_relay_datagram(from, bytes, now);
                   finish_turn();
                 });
}

SimWorker::~SimWorker() {
  network_.detach(address_);
  network_.detach(relay_address_);
  network_.remove(*this);
}

void SimWorker::command(const ipc::SignalToMedia& command) {
  engine_->handle_command(command, network_.now());
  finish_turn();
}

void SimWorker::welcome() {
  ipc::SignalToMedia c;
  c.mutable_welcome()->set_protocol_version(1);
  command(c);
}

void SimWorker::lose_signald() {
  engine_->handle_signald_lost(network_.now());
  finish_turn();
}

void SimWorker::receive(const SocketAddress& from, Bytes bytes) {
  engine_->handle_datagram({{from}, bytes}, network_.now());
  finish_turn();
}

void SimWorker::receive_in_turn(const SocketAddress& from, Bytes bytes) {
  engine_->handle_datagram({{from}, bytes}, network_.now());
}

void SimWorker::receive_batch(std::vector<std::pair<SocketAddress, Bytes>> datagrams) {
  std::vector<mediad::IncomingDatagram> batch;
  for (auto& [from, bytes] : datagrams) batch.push_back({{from}, bytes});
  engine_->handle_datagrams(batch, network_.now());
}

void SimWorker::receive_relay(const SocketAddress& from, Bytes bytes) {
  engine_->handle_relay_datagram(from, bytes, network_.now());
  finish_turn();
}

void SimWorker::finish_handshake(std::uint64_t transport_id, mediad::SrtpSession session) {
  engine_->handle_handshake({TransportId(transport_id), std::move(session)}, network_.now());
  finish_turn();
}

void SimWorker::handle_timeout(Timestamp now) {
  handshakes_.handle_timeout(now);
  finish_turn();
}

Timestamp SimWorker::next_deadline() const {
  return std::min(handshakes_.next_deadline(), engine_->next_deadline());
}

void SimWorker::finish_turn() {
  while (true) {
    auto results = handshakes_.take_results();
    if (results.empty()) break;
    for (auto& r : results) engine_->handle_handshake(std::move(r), network_.now());
  }
  engine_->finish_turn(network_.now());
  for (auto& e : engine_->take_events()) events_.push_back(std::move(e));
}

ipc::TransportStateChanged::State SimWorker::state_of(std::uint64_t transport_id) const {
  auto state = ipc::TransportStateChanged::NEW;
  for (const auto& e : events_) {
    if (e.has_transport_state_changed() &&
        e.transport_state_changed().transport_id() == transport_id) {
      state = e.transport_state_changed().state();
    }
  }
  return state;
}

}  // namespace halcyon::sim
