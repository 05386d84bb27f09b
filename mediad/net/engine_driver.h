#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "common/random/random.h"
#include "common/uv/loop.h"
#include "common/uv/timer.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/engine/media_engine.h"
#include "mediad/net/handshake_thread.h"
#include "mediad/net/tcp_listener.h"
#include "mediad/net/thread_load.h"
#include "mediad/net/udp_socket.h"

namespace halcyon::mediad {

/// Receive batches that are handled before timers and signald get their turn.
inline constexpr int kMaxBatchesPerTurn = 8;

/// What a worker listens on.
struct WorkerSockets {
  std::unique_ptr<UdpSocket> peers;
  std::unique_ptr<UdpSocket> relays;
  std::unique_ptr<TcpListener> tcp;  // null without TCP candidates
};

/// Joins the engine with sockets, clock and handshake thread, and is the only place that does:
/// after each input it lets the engine do what is due, sends, hands out the events and sets the one
/// timer.
class EngineDriver {
 public:
  using OnEvent = std::function<void(const ipc::MediaToSignal& event)>;
  /// `drops` is the one that the sockets count into.
  EngineDriver(uv::Loop& loop, WorkerSockets sockets,
               std::shared_ptr<const DtlsCertificate> certificate, DropCounters& drops,
               OnEvent on_event);

  void handle_command(const ipc::SignalToMedia& command);
  void handle_signald_lost();
  const MediaEngine& engine() const { return engine_; }
  const WorkerSockets& sockets() const { return sockets_; }

 private:
  /// To peers, by UDP or by the TCP connection they came on.
  struct PeerSink final : DatagramSink {
    explicit PeerSink(WorkerSockets& s) : sockets(s) {}
    void send(std::span<const OutgoingDatagram> datagrams) override;
    WorkerSockets& sockets;
  };
  struct RelaySink final : DatagramSink {
    explicit RelaySink(WorkerSockets& s) : sockets(s) {}
    void send(std::span<const OutgoingDatagram> datagrams) override {
      sockets.relays->send(datagrams);
    }
    WorkerSockets& sockets;
  };

  void read_peers();
  void read_relays();
  void take_handshake_results();
  void start_tcp(uv::Loop& loop);
  void finish_turn(Timestamp now);
  void complete(ipc::Statistics& statistics, Timestamp now);
  void arm_timer(Timestamp now);

  OnEvent on_event_;
  WorkerSockets sockets_;
  PeerSink peer_sink_{sockets_};
  RelaySink relay_sink_{sockets_};
  SecureRandom random_;
  HandshakeThread handshakes_;
  MediaEngine engine_;
  ThreadLoad load_;
  Timestamp armed_for_ = Timestamp::never();
  uv::Timer timer_;
};

}  // namespace halcyon::mediad
