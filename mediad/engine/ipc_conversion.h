#pragma once

#include <optional>
#include <vector>

#include "common/net/socket_address.h"
#include "mediad/codec/codec.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/engine/publication.h"
#include "mediad/engine/rtp_demuxer.h"
#include "mediad/ice/ice_lite_session.h"
#include "proto/media_types.pb.h"
#include "proto/signal_to_media.pb.h"

namespace halcyon::mediad {

/// Our types from those of the IPC. Nullopt and missing entries stand for what this worker does not
/// know.
IceCredentials from_ipc(const ipc::IceCredentials& credentials);
std::optional<DtlsRole> from_ipc(ipc::DtlsRole role);
std::vector<Fingerprint> fingerprints_from_ipc(const ipc::SetRemote& remote);
ExtensionIds from_ipc(const ipc::HeaderExtensions& extensions);
std::optional<Codec> from_ipc(const ipc::Codec& codec);
TrackKind from_ipc(ipc::MediaKind kind);
std::optional<SocketAddress> from_ipc(const ipc::Endpoint& endpoint);
ipc::Endpoint to_ipc(const SocketAddress& address);
ipc::Fingerprint to_ipc(const Fingerprint& fingerprint);

}  // namespace halcyon::mediad
