#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/media_ids.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/engine/deadline_queue.h"
#include "mediad/engine/rtp_demuxer.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/srtp/srtp_session.h"

namespace halcyon::mediad {

struct Publication;
struct Subscription;

/// What signald is told about a transport (TransportStateChanged.State).
enum class TransportState { kNew, kConnected, kDisconnected, kFailed, kDtlsFailed };

/// A ClientHello with a post-quantum key share is two datagrams; four times that for its
/// retransmissions.
inline constexpr std::size_t kMaxHeldDtlsDatagrams = 8;
/// Candidate pairs that a peer's checks came through. A browser with three interfaces and both
/// families has six.
inline constexpr std::size_t kMaxAddressesPerTransport = 16;

/// One peer association: ICE, DTLS, SRTP, and the tracks that run over it, sent by the peer and
/// sent to it.
class MediaTransport {
 public:
  MediaTransport(TransportId id, IceCredentials local, DeadlineQueue& queue, Timestamp now)
      : ice(std::move(local), now),
        ice_due(queue, DeadlineReason::kIce, this),
        receiver_report_due(queue, DeadlineReason::kReceiverReport, this),
        sender_report_due(queue, DeadlineReason::kSenderReport, this),
        id_(id) {}

  TransportId id() const { return id_; }

  /// Keys are there, a pair is selected and its consent holds: media may go to destination().
  bool can_send() const {
    return srtp.has_value() && ice.selected().has_value() && !closed_by_peer &&
           (ice.state() == IceState::kConnected || ice.state() == IceState::kDisconnected);
  }
  /// Where datagrams go: the selected pair, before that the address of the last authenticated
  /// check.
  const TransportAddress& destination() const {
    return ice.selected().has_value() ? *ice.selected() : last_checked;
  }
  TransportState state() const;

  IceLiteSession ice;
  TransportAddress last_checked;
  std::vector<TransportAddress> addresses;  // all that checks came from; kept by TransportTable
  std::vector<std::string> ufrags;          // under which TransportTable knows it

  enum class Dtls { kWaiting, kRunning, kDone, kFailed };
  Dtls dtls = Dtls::kWaiting;
  std::optional<DtlsRole> dtls_role;  // from SetRemote
  std::vector<Fingerprint> fingerprints;
  std::vector<std::vector<std::uint8_t>> held_dtls;
  std::string dtls_failure;
  bool closed_by_peer = false;
  std::optional<SrtpSession> srtp;

  RtpDemuxer demuxer;
  // Borrowed from the TrackRouter, in the order of their opening.
  std::vector<Publication*> publications;
  std::vector<Subscription*> subscriptions;

  Deadline ice_due;
  Deadline receiver_report_due;
  Deadline sender_report_due;

  TransportState announced = TransportState::kNew;
  std::uint32_t epoch = 0;  // of the signald connection that last named it

 private:
  TransportId id_;
};

}  // namespace halcyon::mediad
