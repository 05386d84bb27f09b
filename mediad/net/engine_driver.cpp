#include "mediad/net/engine_driver.h"

#include <algorithm>
#include <utility>

#include "common/clock/clock.h"
#include "common/process/process_usage.h"

namespace halcyon::mediad {

void EngineDriver::PeerSink::send(std::span<const OutgoingDatagram> datagrams) {
  sockets.peers->send(datagrams);
  if (!sockets.tcp) return;
  for (const OutgoingDatagram& d : datagrams) {
    if (d.to.tcp_connection != 0) sockets.tcp->send(d.to.tcp_connection, d.bytes);
  }
}

EngineDriver::EngineDriver(uv::Loop& loop, WorkerSockets sockets,
                           std::shared_ptr<const DtlsCertificate> certificate, DropCounters& drops,
                           OnEvent on_event)
    : on_event_(std::move(on_event)),
      sockets_(std::move(sockets)),
      handshakes_(loop, std::move(certificate), [this] { take_handshake_results(); }),
      engine_({peer_sink_, relay_sink_, handshakes_, random_, drops}, wall_now(), monotonic_now()),
      load_(monotonic_now()),
      timer_(loop, [this] {
        armed_for_ = Timestamp::never();
        finish_turn(monotonic_now());
      }) {
  sockets_.peers->start(loop, [this] { read_peers(); });
  sockets_.relays->start(loop, [this] { read_relays(); });
  if (sockets_.tcp) start_tcp(loop);
}

void EngineDriver::start_tcp(uv::Loop& loop) {
  sockets_.tcp->start(
      loop, {.on_datagram =
                 [this](const TransportAddress& from, std::span<std::uint8_t> datagram) {
                   engine_.handle_datagram({from, datagram}, monotonic_now());
                 },
             .on_batch_end = [this] { finish_turn(monotonic_now()); },
             .on_closed = [this](const TransportAddress& c) { engine_.handle_tcp_closed(c); }});
}

void EngineDriver::handle_command(const ipc::SignalToMedia& command) {
  const Timestamp now = monotonic_now();
  engine_.handle_command(command, now);
  finish_turn(now);
}

void EngineDriver::handle_signald_lost() {
  const Timestamp now = monotonic_now();
  engine_.handle_signald_lost(now);
  finish_turn(now);
}

void EngineDriver::read_peers() {
  for (int i = 0; i < kMaxBatchesPerTurn; ++i) {
    const auto batch = sockets_.peers->receive();
    const Timestamp now = monotonic_now();
    engine_.handle_datagrams(batch, now);
    finish_turn(now);
    if (batch.size() < kReceiveBatch) return;
  }
}

void EngineDriver::read_relays() {
  for (int i = 0; i < kMaxBatchesPerTurn; ++i) {
    const auto batch = sockets_.relays->receive();
    const Timestamp now = monotonic_now();
    for (const IncomingDatagram& d : batch) {
      engine_.handle_relay_datagram(d.from.address, d.bytes, now);
    }
    finish_turn(now);
    if (batch.size() < kReceiveBatch) return;
  }
}

void EngineDriver::take_handshake_results() {
  const Timestamp now = monotonic_now();
  for (HandshakeResult& result : handshakes_.take_results())
    engine_.handle_handshake(std::move(result), now);
  finish_turn(now);
}

void EngineDriver::finish_turn(Timestamp now) {
  engine_.finish_turn(now);
  for (ipc::MediaToSignal& event : engine_.take_events()) {
    if (event.has_statistics()) complete(*event.mutable_statistics(), now);
    on_event_(event);
  }
  arm_timer(now);
}

/// What the engine cannot know.
void EngineDriver::complete(ipc::Statistics& statistics, Timestamp now) {
  const ProcessUsage used = process_usage();
  statistics.set_cpu_load(load_.since_last(now));
  statistics.set_cpu_seconds(used.cpu.seconds_f());
  statistics.set_resident_bytes(used.resident_bytes);
  statistics.set_handshake_queue(static_cast<std::uint32_t>(handshakes_.queued()));
}

void EngineDriver::arm_timer(Timestamp now) {
  const Timestamp next = engine_.next_deadline();
  if (next == armed_for_) return;
  // A timer that is set too early only asks once too often, and moving it costs a system call.
  if (next > armed_for_ && armed_for_ > now) return;
  armed_for_ = next;
  if (next.is_never()) {
    timer_.stop();
  } else {
    timer_.start_once(std::max(next - now, TimeDelta::zero()));
  }
}

}  // namespace halcyon::mediad
