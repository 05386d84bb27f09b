#include "mediad/engine/ipc_conversion.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint32_t kMaxPayloadType = 127;
constexpr std::uint32_t kMaxPort = 65535;

std::uint8_t extension_id(std::uint32_t id) {
  return id <= 255 ? static_cast<std::uint8_t>(id) : 0;
}

}  // namespace

IceCredentials from_ipc(const ipc::IceCredentials& credentials) {
  return {credentials.ufrag(), credentials.pwd()};
}

std::optional<DtlsRole> from_ipc(ipc::DtlsRole role) {
  if (role == ipc::DTLS_CLIENT) return DtlsRole::kClient;
  if (role == ipc::DTLS_SERVER) return DtlsRole::kServer;
  return std::nullopt;
}

std::vector<Fingerprint> fingerprints_from_ipc(const ipc::SetRemote& remote) {
  std::vector<Fingerprint> fingerprints;
  for (const auto& f : remote.fingerprints()) {
    fingerprints.push_back({f.algorithm(), {f.digest().begin(), f.digest().end()}});
  }
  return fingerprints;
}

ExtensionIds from_ipc(const ipc::HeaderExtensions& extensions) {
  return {extension_id(extensions.mid()), extension_id(extensions.rid()),
          extension_id(extensions.repaired_rid())};
}

std::optional<Codec> from_ipc(const ipc::Codec& codec) {
  const auto type = codec_type_from_name(codec.name());
  if (!type || codec.payload_type() > kMaxPayloadType || codec.clock_rate() == 0)
    return std::nullopt;
  return Codec{.type = *type,
               .payload_type = static_cast<std::uint8_t>(codec.payload_type()),
               .clock_rate = codec.clock_rate(),
               .fmtp = codec.fmtp(),
               .nack = codec.nack(),
               .pli = codec.pli(),
               .remb = codec.remb()};
}

TrackKind from_ipc(ipc::MediaKind kind) {
  return kind == ipc::VIDEO ? TrackKind::kVideo : TrackKind::kAudio;
}

std::optional<SocketAddress> from_ipc(const ipc::Endpoint& endpoint) {
  if (endpoint.port() == 0 || endpoint.port() > kMaxPort) return std::nullopt;
  return SocketAddress::parse(endpoint.address(), static_cast<std::uint16_t>(endpoint.port()));
}

ipc::Endpoint to_ipc(const SocketAddress& address) {
  ipc::Endpoint endpoint;
  endpoint.set_address(address.ip());
  endpoint.set_port(address.port());
  return endpoint;
}

ipc::Fingerprint to_ipc(const Fingerprint& fingerprint) {
  ipc::Fingerprint out;
  out.set_algorithm(fingerprint.algorithm);
  out.set_digest(fingerprint.digest.data(), fingerprint.digest.size());
  return out;
}

}  // namespace halcyon::mediad
