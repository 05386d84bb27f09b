#include "mediad/engine/transport_connector.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "mediad/engine/report_intervals.h"

namespace halcyon::mediad {
namespace {

Drop drop_of(StunError error) {
  switch (error) {
    case StunError::kNotARequest:
      return Drop::kStunNotARequest;
    case StunError::kUnauthorised:
      return Drop::kStunUnauthorised;
    default:
      return Drop::kStunInvalid;
  }
}

ipc::TransportStateChanged::State ipc_state(TransportState state) {
  switch (state) {
    case TransportState::kNew:
      return ipc::TransportStateChanged::NEW;
    case TransportState::kConnected:
      return ipc::TransportStateChanged::CONNECTED;
    case TransportState::kDisconnected:
      return ipc::TransportStateChanged::DISCONNECTED;
    case TransportState::kFailed:
      return ipc::TransportStateChanged::FAILED;
    case TransportState::kDtlsFailed:
      return ipc::TransportStateChanged::DTLS_FAILED;
  }
  return ipc::TransportStateChanged::NEW;
}

std::string reason_of(const MediaTransport& t) {
  switch (t.state()) {
    case TransportState::kDisconnected:
      return t.closed_by_peer ? "closed by the peer" : "no check came for a while";
    case TransportState::kFailed:
      return t.srtp.has_value() ? "consent expired" : "no check nominated a pair in time";
    case TransportState::kDtlsFailed:
      return t.dtls_failure;
    default:
      return {};
  }
}

}  // namespace

void TransportConnector::handle_stun(const TransportAddress& from,
                                     std::span<const std::uint8_t> datagram, Timestamp now) {
  const auto ufrag = stun_local_ufrag(datagram);
  MediaTransport* transport = ufrag ? table_.by_ufrag(*ufrag) : table_.by_address(from);
  if (transport == nullptr) {
    context_.drops.count(Drop::kStunUnknownUfrag);
    return;
  }
  const bool restarting = transport->ice.previous_local().has_value();
  const auto outcome = transport->ice.handle_datagram(datagram, from, now);
  if (!outcome) {
    context_.drops.count(drop_of(outcome.error()));
    const auto refusal = transport->ice.error_response();
    if (!refusal.empty()) context_.to_peers.add(from, refusal);
    return;
  }
  context_.to_peers.add(from, outcome->response);
  table_.learn_address(*transport, from);
  transport->last_checked = from;
  if (restarting && !transport->ice.previous_local().has_value()) table_.update_ufrags(*transport);
  start_handshake(*transport);
  update(*transport, now);
}

void TransportConnector::handle_dtls(const TransportAddress& from,
                                     std::span<const std::uint8_t> datagram, Timestamp now) {
  MediaTransport* transport = table_.by_address(from);
  if (transport == nullptr) {
    context_.drops.count(Drop::kUnknownPeer);
    return;
  }
  if (transport->dtls == MediaTransport::Dtls::kFailed) {
    context_.drops.count(Drop::kDtlsUnexpected);
    return;
  }
  if (transport->dtls != MediaTransport::Dtls::kWaiting) {
    if (!context_.handshakes.feed(transport->id(), datagram))
      context_.drops.count(Drop::kDtlsQueueFull);
    return;
  }
  if (transport->held_dtls.size() == kMaxHeldDtlsDatagrams || datagram.size() > kSendSlotBytes) {
    context_.drops.count(Drop::kDtlsHeld);
  } else {
    transport->held_dtls.emplace_back(datagram.begin(), datagram.end());
  }
  start_handshake(*transport);
  update(*transport, now);
}

void TransportConnector::start_handshake(MediaTransport& transport) {
  if (transport.dtls != MediaTransport::Dtls::kWaiting || !transport.dtls_role) return;
  // As client: when there is a pair to send on. As server: when the peer speaks; a session costs 32
  // KiB.
  const bool wanted = *transport.dtls_role == DtlsRole::kClient
                          ? transport.ice.selected().has_value()
                          : !transport.held_dtls.empty();
  if (!wanted) return;
  transport.dtls = MediaTransport::Dtls::kRunning;
  ++context_.counters.handshakes_started;
  context_.handshakes.start(transport.id(), *transport.dtls_role, transport.fingerprints);
  for (const auto& datagram : std::exchange(transport.held_dtls, {})) {
    if (!context_.handshakes.feed(transport.id(), datagram))
      context_.drops.count(Drop::kDtlsQueueFull);
  }
}

void TransportConnector::handle_handshake(HandshakeResult result, Timestamp now) {
  MediaTransport* transport = table_.by_id(result.id);
  auto* srtp = std::get_if<SrtpSession>(&result.output);
  if (transport == nullptr) {  // closed while the handshake thread worked
    if (srtp != nullptr) context_.handshakes.retire(std::move(*srtp));
    return;
  }
  if (const auto* datagram = std::get_if<DtlsSession::Datagram>(&result.output)) {
    if (!transport->destination().address.empty()) {
      context_.to_peers.add(transport->destination(), datagram->bytes);
    }
    return;
  }
  if (srtp != nullptr) {
    connected(*transport, std::move(*srtp));
  } else if (const auto* failed = std::get_if<DtlsSession::Failed>(&result.output)) {
    fail_dtls(*transport, failed->reason);
  } else {
    transport->closed_by_peer = true;
  }
  update(*transport, now);
}

void TransportConnector::connected(MediaTransport& transport, SrtpSession srtp) {
  if (context_.multi_buffer && !srtp.use(*context_.multi_buffer)) {
    context_.handshakes.retire(std::move(srtp));
    fail_dtls(transport, "no SRTP keys from the handshake's");
    return;
  }
  transport.srtp = std::move(srtp);
  transport.dtls = MediaTransport::Dtls::kDone;
  ++context_.counters.handshakes_completed;
}

void TransportConnector::fail_dtls(MediaTransport& transport, std::string reason) {
  // What is queued still refers to the session's keys.
  context_.to_peers.flush();
  // A session that was up and then broke has been counted.
  if (transport.dtls == MediaTransport::Dtls::kRunning) ++context_.counters.handshakes_failed;
  transport.dtls = MediaTransport::Dtls::kFailed;
  transport.dtls_failure = std::move(reason);
  if (transport.srtp) context_.handshakes.retire(*std::exchange(transport.srtp, std::nullopt));
  context_.handshakes.stop(transport.id());
}

void TransportConnector::handle_ice_timeout(MediaTransport& transport, Timestamp now) {
  transport.ice.handle_timeout(now);
  if (transport.ice.previous_local().has_value() != (transport.ufrags.size() > 1)) {
    table_.update_ufrags(transport);
  }
  update(transport, now);
}

void TransportConnector::set_remote(MediaTransport& transport, DtlsRole role,
                                    std::vector<Fingerprint> fingerprints, Timestamp now) {
  if (transport.dtls == MediaTransport::Dtls::kWaiting) {
    transport.dtls_role = role;
    transport.fingerprints = std::move(fingerprints);
  }
  start_handshake(transport);
  update(transport, now);
}

void TransportConnector::update(MediaTransport& transport, Timestamp now) {
  transport.ice_due.set(std::max(transport.ice.next_deadline(), now + kMinWakeUp));
  const TransportState state = transport.state();
  if (state == transport.announced) return;
  transport.announced = state;
  announce(transport);
  router_.transport_changed(transport, now);
}

void TransportConnector::announce(MediaTransport& transport) {
  auto& changed = *context_.events.emplace_back().mutable_transport_state_changed();
  changed.set_transport_id(transport.id().value());
  changed.set_state(ipc_state(transport.state()));
  changed.set_reason(reason_of(transport));
}

}  // namespace halcyon::mediad
