#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/media_transport.h"
#include "mediad/engine/publication.h"
#include "mediad/relay/relay_link.h"

namespace halcyon::mediad {

/// Owns all up and down tracks of a worker and moves packets from one to the other, and to relays.
class TrackRouter {
 public:
  explicit TrackRouter(EngineContext& context) : context_(context) {}

  // --- Tracks
  /// The caller sets where it comes from. Subscriptions that waited for it are attached.
  Publication& publish(PublicationConfig config);
  /// Its subscriptions stay and wait for one of the same id.
  void unpublish(Publication& publication);
  /// A receiver of `source`, which may come later.
  Subscription& subscribe(DownTrackConfig config, TrackId source, MediaTransport& transport,
                          Timestamp now);
  void unsubscribe(Subscription& subscription);
  /// Null if there is none.
  Publication* publication(TrackId id) const;
  Subscription* subscription(TrackId id) const;
  const std::unordered_map<TrackId, std::unique_ptr<Publication>>& publications() const {
    return publications_;
  }
  const std::unordered_map<TrackId, std::unique_ptr<Subscription>>& subscriptions() const {
    return subscriptions_;
  }

  /// Sends a publication to another worker from now on.
  void add_relay(Publication& publication, RelayLink& link, std::uint8_t index, Timestamp now);
  void remove_relay(Publication& publication, const RelayLink& link);

  /// Its first packet has come: from now on it can be received, reported on and subscribed to.
  void start(Publication& publication, const Codec& codec, Ssrc ssrc, Timestamp now);

  // --- Packets
  /// A decrypted packet that belongs to this publication, whose track exists. It is forwarded with
  /// its neighbours, at forward_bursts() at the latest.
  void receive(Publication& publication, const RtpPacketView& packet, Timestamp now);
  /// Forwards what was received. Must be called before anything else happens to tracks, transports
  /// or relays, and before the end of the turn.
  void forward_bursts(Timestamp now);
  /// The publisher's clock, its track having started. The first one goes on to the receivers at
  /// once.
  void handle_sender_report(Publication& publication, const SenderInfo& info, Timestamp now);
  /// transport.can_send() may have changed: lets its receivers in, or stops sending to them.
  void transport_changed(MediaTransport& transport, Timestamp now);

  /// A receiver misses this packet. False when nothing was sent.
  bool retransmit(Subscription& subscription, std::uint16_t sequence_number, Timestamp now);
  bool retransmit_to_relay(Publication& publication, const RelayOutput& relay,
                           std::uint16_t sequence_number, Timestamp now);
  void request_keyframe(Publication& publication, Timestamp now);
  /// What its receivers and relays want at most, bit/s; also fits the cache to their round-trip
  /// times.
  std::uint64_t update_receiver_limit(Publication& publication, Timestamp now);

 private:
  void forward_burst(Publication& publication, Timestamp now);
  bool send(Subscription& subscription, const CachedPacket& packet, Timestamp now);
  void send_to_relay(const RelayOutput& relay, const CachedPacket& packet);
  void admit(Subscription& subscription, Timestamp now);

  std::unique_ptr<UpTrack> take_parked(TrackId id, Ssrc ssrc);

  EngineContext& context_;
  std::unordered_map<TrackId, std::unique_ptr<Publication>> publications_;
  std::unordered_map<TrackId, std::unique_ptr<Subscription>> subscriptions_;
  /// Up tracks whose publication has gone while subscriptions wait for it to come back, by a relay
  /// opened anew: its numbering must go on where it was, or the receivers would take the new
  /// packets for old ones.
  std::unordered_map<TrackId, std::unique_ptr<UpTrack>> parked_;
  /// Those that may have a burst; one may occur several times.
  std::vector<Publication*> with_bursts_;
};

}  // namespace halcyon::mediad
