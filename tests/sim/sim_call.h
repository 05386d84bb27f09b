#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/sim_network.h"
#include "tests/sim/sim_peer.h"
#include "tests/sim/sim_worker.h"

namespace halcyon::sim {

inline constexpr std::uint8_t kVp8PayloadType = 96;
inline constexpr std::uint8_t kOpusPayloadType = 111;

/// A peer with an address on the simulated network.
class SimClient final : public Participant {
 public:
  SimClient(SimNetwork& network, const SocketAddress& address, SimWorker& worker,
            peer::PeerConfig config, RandomSource& random);
  ~SimClient() override;

  SimPeer& peer() { return peer_; }
  const SocketAddress& address() const { return address_; }
  /// After changes of peer() from outside.
  void flush();
  void handle_timeout(Timestamp now) override;
  Timestamp next_deadline() const override { return peer_.next_deadline(); }

  // Media: VP8 frames of two packets, numbered through.
  void send_video(Ssrc ssrc, bool keyframe);
  /// Thirty frames a second from now on for this long; the first is a keyframe, and one follows
  /// each PLI.
  void send_video_for(Ssrc ssrc, TimeDelta span);
  void send_sender_report(Ssrc ssrc, const std::string& cname);

 private:
  void send_next_frame(Ssrc ssrc, Timestamp end, unsigned plis_seen);

  SimNetwork& network_;
  SocketAddress address_;
  SocketAddress worker_;
  SimPeer peer_;
  std::uint16_t sequence_number_ = 65'530;  // so that every call crosses the wrap
  std::uint32_t timestamp_ = 12345;
  unsigned picture_ = 0;
};

/// A worker's transports and tracks, set up as signald would.
class SimCall {
 public:
  SimCall(SimNetwork& network, SimWorker& worker, std::uint64_t seed);

  /// Opens a transport and gives the peer's end. `worker_role` is the worker's in DTLS.
  std::unique_ptr<SimClient> connect(std::uint64_t transport_id, mediad::DtlsRole worker_role,
                                     bool wrong_fingerprint = false);
  ipc::SignalToMedia open_transport(std::uint64_t transport_id) const;
  ipc::SignalToMedia set_remote(std::uint64_t transport_id, mediad::DtlsRole worker_role,
                                const mediad::Fingerprint& fingerprint) const;
  /// The peer's side of it.
  peer::PeerConfig peer_config(std::uint64_t transport_id, mediad::DtlsRole role) const;
  static mediad::IceCredentials worker_credentials(std::uint64_t transport_id,
                                                   unsigned generation = 0);
  static mediad::IceCredentials peer_credentials(std::uint64_t transport_id,
                                                 unsigned generation = 0);

  void publish_video(std::uint64_t transport_id, std::uint64_t track_id, Ssrc ssrc);
  void subscribe_video(std::uint64_t transport_id, std::uint64_t track_id, std::uint64_t source,
                       Ssrc ssrc);
  const std::shared_ptr<const mediad::DtlsCertificate>& peer_certificate() const {
    return certificate_;
  }

 private:
  SimNetwork& network_;
  SimWorker& worker_;
  SeededRandom random_;
  std::shared_ptr<const mediad::DtlsCertificate> certificate_;
};

ipc::Codec vp8_codec();

}  // namespace halcyon::sim
