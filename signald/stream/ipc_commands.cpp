#include "signald/stream/ipc_commands.h"

namespace halcyon::signald {
namespace {

ipc::MediaKind kind_of(MediaKind kind) {
  return kind == MediaKind::kAudio ? ipc::AUDIO : ipc::VIDEO;
}

void fill(ipc::IceCredentials& to, const sdp::IceCredentials& from) {
  to.set_ufrag(from.ufrag);
  to.set_pwd(from.pwd);
}

void fill(ipc::Codec& to, const NegotiatedCodec& from, MediaKind kind) {
  to.set_name(from.name);
  to.set_payload_type(from.payload_type);
  to.set_clock_rate(from.clock_rate);
  if (kind == MediaKind::kAudio) to.set_channels(from.channels == 0 ? 1 : from.channels);
  to.set_fmtp(from.fmtp);
  to.set_nack(from.nack);
  to.set_pli(from.pli);
  to.set_fir(from.fir);
  to.set_remb(from.remb);
}

void fill(google::protobuf::RepeatedPtrField<ipc::RelayTrack>& to,
          const std::vector<RelayedTrack>& tracks) {
  for (const RelayedTrack& track : tracks) {
    ipc::RelayTrack& relayed = *to.Add();
    relayed.set_index(track.index);
    relayed.set_track_id(track.id.value());
    relayed.set_kind(kind_of(track.kind));
    fill(*relayed.mutable_codec(), track.codec, track.kind);
    relayed.set_rid(track.rid);
  }
}

}  // namespace

ipc::SignalToMedia open_transport(TransportId id, const sdp::IceCredentials& local) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_open_transport();
  command.set_transport_id(id.value());
  fill(*command.mutable_local(), local);
  return message;
}

ipc::SignalToMedia set_remote(TransportId id, const RemoteTransport& remote) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_set_remote();
  command.set_transport_id(id.value());
  fill(*command.mutable_remote(), remote.ice);
  command.set_local_dtls_role(remote.local_role == DtlsRole::kClient ? ipc::DTLS_CLIENT
                                                                     : ipc::DTLS_SERVER);
  for (const sdp::Fingerprint& fingerprint : remote.fingerprints) {
    ipc::Fingerprint& to = *command.add_fingerprints();
    to.set_algorithm(fingerprint.algorithm);
    to.set_digest(fingerprint.digest.data(), fingerprint.digest.size());
  }
  command.mutable_extensions()->set_mid(remote.extensions.mid);
  command.mutable_extensions()->set_rid(remote.extensions.rid);
  command.mutable_extensions()->set_repaired_rid(remote.extensions.repaired_rid);
  return message;
}

ipc::SignalToMedia restart_ice(TransportId id, const sdp::IceCredentials& local) {
  ipc::SignalToMedia message;
  message.mutable_restart_ice()->set_transport_id(id.value());
  fill(*message.mutable_restart_ice()->mutable_local(), local);
  return message;
}

ipc::SignalToMedia close_transport(TransportId id) {
  ipc::SignalToMedia message;
  message.mutable_close_transport()->set_transport_id(id.value());
  return message;
}

ipc::SignalToMedia open_up_track(TransportId transport, TrackId id,
                                 const UpTrackDescription& track) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_open_up_track();
  command.set_transport_id(transport.value());
  command.set_track_id(id.value());
  command.set_kind(kind_of(track.kind));
  command.set_mid(track.mid);
  command.set_rid(track.rid);
  for (const std::uint32_t ssrc : track.ssrcs) command.add_ssrcs(ssrc);
  for (const NegotiatedCodec& codec : track.codecs) fill(*command.add_codecs(), codec, track.kind);
  return message;
}

ipc::SignalToMedia close_up_track(TrackId id) {
  ipc::SignalToMedia message;
  message.mutable_close_up_track()->set_track_id(id.value());
  return message;
}

ipc::SignalToMedia open_down_track(TransportId transport, const DownTrack& track,
                                   bool lowest_spatial_layer) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_open_down_track();
  command.set_transport_id(transport.value());
  command.set_track_id(track.id.value());
  command.set_source_track_id(track.source.id.value());
  command.set_ssrc(track.ssrc);
  fill(*command.mutable_codec(), track.codec, track.source.kind);
  command.set_cname(track.source.msid.stream);
  command.set_lowest_spatial_layer(lowest_spatial_layer);
  return message;
}

ipc::SignalToMedia update_down_track(TrackId id, bool lowest_spatial_layer) {
  ipc::SignalToMedia message;
  message.mutable_update_down_track()->set_track_id(id.value());
  message.mutable_update_down_track()->set_lowest_spatial_layer(lowest_spatial_layer);
  return message;
}

ipc::SignalToMedia close_down_track(TrackId id) {
  ipc::SignalToMedia message;
  message.mutable_close_down_track()->set_track_id(id.value());
  return message;
}

ipc::SignalToMedia open_relay_source(RelayId id, const ipc::Endpoint& sink,
                                     const std::vector<RelayedTrack>& tracks) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_open_relay_source();
  command.set_relay_id(id.value());
  *command.mutable_sink() = sink;
  fill(*command.mutable_tracks(), tracks);
  return message;
}

ipc::SignalToMedia open_relay_sink(RelayId id, const ipc::Endpoint& source,
                                   const std::vector<RelayedTrack>& tracks) {
  ipc::SignalToMedia message;
  auto& command = *message.mutable_open_relay_sink();
  command.set_relay_id(id.value());
  *command.mutable_source() = source;
  fill(*command.mutable_tracks(), tracks);
  return message;
}

ipc::SignalToMedia close_relay(RelayId id) {
  ipc::SignalToMedia message;
  message.mutable_close_relay()->set_relay_id(id.value());
  return message;
}

ipc::SignalToMedia welcome(std::uint64_t signald_instance, std::uint32_t worker_index) {
  ipc::SignalToMedia message;
  message.mutable_welcome()->set_protocol_version(kIpcProtocolVersion);
  message.mutable_welcome()->set_signald_instance(signald_instance);
  message.mutable_welcome()->set_worker_index(worker_index);
  message.mutable_welcome()->set_statistics_interval_ms(kStatisticsIntervalMs);
  return message;
}

ipc::SignalToMedia state_complete() {
  ipc::SignalToMedia message;
  message.mutable_state_complete();
  return message;
}

ipc::SignalToMedia drain() {
  ipc::SignalToMedia message;
  message.mutable_drain();
  return message;
}

}  // namespace halcyon::signald
