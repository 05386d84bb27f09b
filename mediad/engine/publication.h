#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/media_ids.h"
#include "mediad/codec/codec.h"
#include "mediad/engine/deadline_queue.h"
#include "mediad/engine/packet_burst.h"
#include "mediad/engine/retransmission_budget.h"
#include "mediad/track/down_track.h"
#include "mediad/track/up_track.h"

namespace halcyon::mediad {

class MediaTransport;
class RelayLink;
struct Subscription;

/// A relay that takes a publication to another worker.
struct RelayOutput {
  RelayLink* link = nullptr;
  std::uint8_t index = 0;   // the track's number in the relay's packets
  std::uint64_t limit = 0;  // what the receivers over there want at most, bit/s; 0: not heard yet
};

enum class TrackKind { kAudio, kVideo };

/// How signald described a track, before or after its first packet.
struct PublicationConfig {
  TrackId id;
  TrackKind kind = TrackKind::kAudio;
  std::string mid;
  std::string rid;
  std::vector<Ssrc> ssrcs;
  std::vector<Codec> codecs;
  std::uint32_t max_bitrate = 0;
};

/// An up track of this worker with everybody who gets it. It comes from a transport or from a
/// relay.
struct Publication {
  Publication(PublicationConfig c, DeadlineQueue& queue)
      : config(std::move(c)),
        feedback_due(queue, DeadlineReason::kTrackFeedback, this),
        relay_report_due(queue, DeadlineReason::kRelayReport, this) {}

  PublicationConfig config;
  // Exactly one of the two is set; both borrowed, and both end their publications before
  // themselves.
  MediaTransport* transport = nullptr;
  RelayLink* relay = nullptr;
  std::uint8_t relay_index = 0;

  /// From the first packet on.
  std::unique_ptr<UpTrack> track;
  std::uint64_t newest_sequence = 0;  // extended
  bool has_sender_report = false;
  PacketBurst burst;  // received and not yet forwarded

  std::vector<Subscription*> subscriptions;
  std::vector<RelayOutput> relays;
  Deadline feedback_due;
  Deadline relay_report_due;  // runs only while a relay brings it
  std::uint32_t epoch = 0;    // of the signald connection that last named it

  const Codec* codec_of(std::uint8_t payload_type) const {
    for (const Codec& c : config.codecs) {
      if (c.payload_type == payload_type) return &c;
    }
    return nullptr;
  }
};

/// A down track on its transport.
struct Subscription {
  Subscription(DownTrackConfig c, std::uint16_t first_sequence_number, Timestamp now)
      : track(std::move(c), first_sequence_number, now) {}

  DownTrack track;
  TrackId source_id;
  MediaTransport* transport = nullptr;
  Publication* source = nullptr;  // null while this worker has no such up track
  bool flowing = false;           // the transport can send and the receiver has been let in
  bool was_admitted = false;
  RetransmissionBudget retransmissions;
  std::uint32_t epoch = 0;
};

}  // namespace halcyon::mediad
