#include "tests/sim/sim_call.h"

#include <array>

#include "mediad/rtcp/sdes.h"
#include "mediad/rtcp/sender_report.h"
#include "mediad/rtp/rtp_header.h"

namespace halcyon::sim {
namespace {

constexpr TimeDelta kFrameInterval = TimeDelta::micros(33'333);
constexpr std::size_t kPacketPayload = 400;

SocketAddress peer_address(std::uint64_t transport_id) {
  return *SocketAddress::parse(
      "10.1." + std::to_string(transport_id / 250) + "." + std::to_string(transport_id % 250 + 1),
      40'000);
}

/// A VP8 payload descriptor with a 15-bit picture id, and the beginning of a VP8 frame.
Bytes vp8_payload(bool first_of_frame, bool keyframe, unsigned picture) {
  Bytes payload(kPacketPayload, static_cast<std::uint8_t>(picture));
  payload[0] = static_cast<std::uint8_t>(0x80 | (first_of_frame ? 0x10 : 0));
  payload[1] = 0x80;
  payload[2] = static_cast<std::uint8_t>(0x80 | (picture >> 8 & 0x7f));
  payload[3] = static_cast<std::uint8_t>(picture);
  payload[4] = keyframe ? 0x00 : 0x01;
  return payload;
}

}  // namespace

SimClient::SimClient(SimNetwork& network, const SocketAddress& address, SimWorker& worker,
                     peer::PeerConfig config, RandomSource& random)
    : network_(network),
      address_(address),
      worker_(worker.address()),
      peer_(std::move(config), random, network.now()) {
  network.add(*this);
  network.attach(address_,
                 [this](const SocketAddress&, std::span<std::uint8_t> bytes, Timestamp now) {
                   peer_.handle_datagram(bytes, now);
                   flush();
                 });
}

SimClient::~SimClient() {
  network_.detach(address_);
  network_.remove(*this);
}

void SimClient::flush() {
  for (const Bytes& datagram : peer_.take_datagrams()) network_.send(address_, worker_, datagram);
}

void SimClient::handle_timeout(Timestamp now) {
  peer_.handle_timeout(now);
  flush();
}

void SimClient::send_video(Ssrc ssrc, bool keyframe) {
  for (const bool first : {true, false}) {
    std::array<std::uint8_t, 1200> packet;
    ByteWriter writer(packet);
    const Bytes payload = vp8_payload(first, keyframe, picture_);
    mediad::write_rtp_packet(writer,
                             {.ssrc = ssrc,
                              .payload_type = kVp8PayloadType,
                              .sequence_number = sequence_number_++,
                              .timestamp = timestamp_,
                              .marker = !first},
                             payload);
    peer_.send_rtp(writer.written());
  }
  ++picture_;
  timestamp_ += 3000;
  flush();
}

void SimClient::send_video_for(Ssrc ssrc, TimeDelta span) {
  send_video(ssrc, true);
  const Timestamp end = network_.now() + span;
  network_.at(network_.now() + kFrameInterval,
              [this, ssrc, end] { send_next_frame(ssrc, end, peer_.rtcp().plis); });
}

void SimClient::send_next_frame(Ssrc ssrc, Timestamp end, unsigned plis_seen) {
  if (network_.now() > end) return;
  const unsigned plis = peer_.rtcp().plis;
  send_video(ssrc, plis > plis_seen);
  network_.at(network_.now() + kFrameInterval,
              [this, ssrc, end, plis] { send_next_frame(ssrc, end, plis); });
}

void SimClient::send_sender_report(Ssrc ssrc, const std::string& cname) {
  std::array<std::uint8_t, 600> packet;
  ByteWriter writer(packet);
  mediad::write_sender_report(
      writer, {.ssrc = ssrc, .ntp = 0x1234567800000000, .rtp_timestamp = timestamp_});
  mediad::write_sdes_cname(writer, ssrc, cname);
  peer_.send_rtcp(writer.written());
  flush();
}

SimCall::SimCall(SimNetwork& network, SimWorker& worker, std::uint64_t seed)
    : network_(network),
      worker_(worker),
      random_(seed),
      certificate_(
          mediad::DtlsCertificate::generate(random_, WallTime{1'700'000'000'000'000}).value()) {}

mediad::IceCredentials SimCall::worker_credentials(std::uint64_t transport_id,
                                                   unsigned generation) {
  const std::string n = std::to_string(transport_id) + "g" + std::to_string(generation);
  return {"worker" + n, "workerpasswordworkerpassword" + n};
}

mediad::IceCredentials SimCall::peer_credentials(std::uint64_t transport_id, unsigned generation) {
  const std::string n = std::to_string(transport_id) + "g" + std::to_string(generation);
  return {"peer" + n, "peerpasswordpeerpassword" + n};
}

ipc::SignalToMedia SimCall::open_transport(std::uint64_t transport_id) const {
  ipc::SignalToMedia c;
  auto& open = *c.mutable_open_transport();
  open.set_transport_id(transport_id);
  open.mutable_local()->set_ufrag(worker_credentials(transport_id).ufrag);
  open.mutable_local()->set_pwd(worker_credentials(transport_id).pwd);
  return c;
}

ipc::SignalToMedia SimCall::set_remote(std::uint64_t transport_id, mediad::DtlsRole worker_role,
                                       const mediad::Fingerprint& fingerprint) const {
  ipc::SignalToMedia c;
  auto& remote = *c.mutable_set_remote();
  remote.set_transport_id(transport_id);
  remote.mutable_remote()->set_ufrag(peer_credentials(transport_id).ufrag);
  remote.mutable_remote()->set_pwd(peer_credentials(transport_id).pwd);
  remote.set_local_dtls_role(worker_role == mediad::DtlsRole::kClient ? ipc::DTLS_CLIENT
                                                                      : ipc::DTLS_SERVER);
  auto& f = *remote.add_fingerprints();
  f.set_algorithm(fingerprint.algorithm);
  f.set_digest(fingerprint.digest.data(), fingerprint.digest.size());
  return c;
}

std::unique_ptr<SimClient> SimCall::connect(std::uint64_t transport_id,
                                            mediad::DtlsRole worker_role, bool wrong_fingerprint) {
  worker_.command(open_transport(transport_id));
  mediad::Fingerprint fingerprint = certificate_->fingerprint();
  if (wrong_fingerprint) fingerprint.digest[0] ^= 1;
  worker_.command(set_remote(transport_id, worker_role, fingerprint));
  const bool worker_is_client = worker_role == mediad::DtlsRole::kClient;
  return std::make_unique<SimClient>(
      network_, peer_address(transport_id), worker_,
      peer_config(transport_id,
                  worker_is_client ? mediad::DtlsRole::kServer : mediad::DtlsRole::kClient),
      random_);
}

peer::PeerConfig SimCall::peer_config(std::uint64_t transport_id, mediad::DtlsRole role) const {
  return {.local = peer_credentials(transport_id),
          .remote = worker_credentials(transport_id),
          .dtls_role = role,
          .expected = {worker_.fingerprint()},
          .certificate = certificate_};
}

void SimCall::publish_video(std::uint64_t transport_id, std::uint64_t track_id, Ssrc ssrc) {
  ipc::SignalToMedia c;
  auto& open = *c.mutable_open_up_track();
  open.set_transport_id(transport_id);
  open.set_track_id(track_id);
  open.set_kind(ipc::VIDEO);
  open.set_mid("0");
  if (ssrc != Ssrc()) open.add_ssrcs(ssrc.value());
  *open.add_codecs() = vp8_codec();
  worker_.command(c);
}

void SimCall::subscribe_video(std::uint64_t transport_id, std::uint64_t track_id,
                              std::uint64_t source, Ssrc ssrc) {
  ipc::SignalToMedia c;
  auto& open = *c.mutable_open_down_track();
  open.set_transport_id(transport_id);
  open.set_track_id(track_id);
  open.set_source_track_id(source);
  open.set_ssrc(ssrc.value());
  *open.mutable_codec() = vp8_codec();
  open.set_cname("from-signald");
  worker_.command(c);
}

ipc::Codec vp8_codec() {
  ipc::Codec codec;
  codec.set_name("VP8");
  codec.set_payload_type(kVp8PayloadType);
  codec.set_clock_rate(90'000);
  codec.set_nack(true);
  codec.set_pli(true);
  codec.set_remb(true);
  return codec;
}

}  // namespace halcyon::sim
