#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mediad/engine/media_engine.h"
#include "proto/signal_to_media.pb.h"
#include "tests/sim/sim_network.h"

namespace halcyon::sim {

/// Runs handshakes at once, on the caller's thread and clock.
class InlineHandshakes final : public mediad::HandshakeRunner {
 public:
  InlineHandshakes(SimNetwork& network, std::shared_ptr<const mediad::DtlsCertificate> certificate,
                   RandomSource& random)
      : network_(network), certificate_(std::move(certificate)), random_(random) {}

  void start(TransportId id, mediad::DtlsRole role,
             std::vector<mediad::Fingerprint> expected) override;
  bool feed(TransportId id, std::span<const std::uint8_t> datagram) override;
  void stop(TransportId id) override { sessions_.erase(id); }
  void retire(mediad::SrtpSession) override { ++retired_; }

  std::vector<mediad::HandshakeResult> take_results();
  void handle_timeout(Timestamp now);
  Timestamp next_deadline() const;
  std::size_t size() const { return sessions_.size(); }
  std::size_t retired() const { return retired_; }

 private:
  void drain(TransportId id, mediad::DtlsSession& session);

  SimNetwork& network_;
  std::shared_ptr<const mediad::DtlsCertificate> certificate_;
  RandomSource& random_;
  std::unordered_map<TransportId, mediad::DtlsSession> sessions_;
  std::vector<mediad::HandshakeResult> results_;
  std::size_t retired_ = 0;
};

/// A media engine on the simulated network, with signald's end of the IPC in the test's hands.
class SimWorker final : public Participant {
 public:
  SimWorker(SimNetwork& network, std::string_view ip, std::uint64_t seed);
  ~SimWorker() override;

  const SocketAddress& address() const { return address_; }
  const SocketAddress& relay_address() const { return relay_address_; }
  const mediad::Fingerprint& fingerprint() const { return certificate_->fingerprint(); }

  void command(const ipc::SignalToMedia& command);
  /// Welcome without statistics.
  void welcome();
  void lose_signald();
  /// As if it came by the wire, at once.
  void receive(const SocketAddress& from, Bytes bytes);
  /// As if a handshake had led to it just now.
  void finish_handshake(std::uint64_t transport_id, mediad::SrtpSession session);
  /// As part of a batch: the turn goes on until end_turn(), or until something else happens.
  void receive_in_turn(const SocketAddress& from, Bytes bytes);
  /// As one batch; the turn goes on as well.
  void receive_batch(std::vector<std::pair<SocketAddress, Bytes>> datagrams);
  void end_turn() { finish_turn(); }
  /// Where datagrams to peers went, since the last call.
  std::vector<SocketAddress> take_destinations() { return std::exchange(peers_.destinations, {}); }
  void receive_relay(const SocketAddress& from, Bytes bytes);

  void handle_timeout(Timestamp now) override;
  Timestamp next_deadline() const override;

  /// All events so far.
  const std::vector<ipc::MediaToSignal>& events() const { return events_; }
  void clear_events() { events_.clear(); }
  /// The state reported last; NEW if none was.
  ipc::TransportStateChanged::State state_of(std::uint64_t transport_id) const;
  std::uint64_t dropped(mediad::Drop drop) const { return drops_.of(drop); }
  const mediad::MediaEngine& engine() const { return *engine_; }
  std::size_t handshakes() const { return handshakes_.size(); }
  /// SRTP sessions given back to the handshake runner.
  std::size_t retired_sessions() const { return handshakes_.retired(); }

 private:
  struct Sink final : mediad::DatagramSink {
    Sink(SimNetwork& n, const SocketAddress& f) : network(n), from(f) {}
    void send(std::span<const mediad::OutgoingDatagram> datagrams) override;
    SimNetwork& network;
    const SocketAddress& from;
    std::vector<SocketAddress> destinations;
  };
  void finish_turn();

  SimNetwork& network_;
  SocketAddress address_;
  SocketAddress relay_address_;
  SeededRandom random_;
  std::shared_ptr<const mediad::DtlsCertificate> certificate_;
  InlineHandshakes handshakes_;
  Sink peers_;
  Sink relays_;
  mediad::DropCounters drops_;
  std::unique_ptr<mediad::MediaEngine> engine_;
  std::vector<ipc::MediaToSignal> events_;
};

}  // namespace halcyon::sim
