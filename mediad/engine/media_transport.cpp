#include "mediad/engine/media_transport.h"

namespace halcyon::mediad {

TransportState MediaTransport::state() const {
  if (dtls == Dtls::kFailed) return TransportState::kDtlsFailed;
  if (ice.state() == IceState::kFailed) return TransportState::kFailed;
  if (!srtp.has_value() || !ice.selected().has_value()) return TransportState::kNew;
  if (closed_by_peer || ice.state() == IceState::kDisconnected)
    return TransportState::kDisconnected;
  return can_send() ? TransportState::kConnected : TransportState::kNew;
}

}  // namespace halcyon::mediad
