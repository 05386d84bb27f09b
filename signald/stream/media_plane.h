#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids/media_ids.h"
#include "common/result/result.h"
#include "common/units/time.h"

namespace halcyon::signald {

/// A stream as its publisher sends it, and a copy of it for one receiver; chosen by the caller,
/// unique, never used twice. They are not the protocol's stream ids, which clients choose and which
/// several receivers share.
using UpStreamId = StrongId<struct UpStreamIdTag>;
using DownStreamId = StrongId<struct DownStreamIdTag>;

enum class MediaKind { kAudio, kVideo };

struct UpTrackInfo {
  TrackId id;
  MediaKind kind = MediaKind::kAudio;
  std::string rid;  // empty: not simulcast
};

struct StreamError {
  enum class Kind {
    kBadDescription,  // the SDP does not parse, or is refused: the client's fault
    kNoWorker,        // no media worker is connected
    kUnknownStream,
  };
  Kind kind = Kind::kBadDescription;
  std::string text;  // for the user who caused it
};

/// What a receiver is to get of a stream.
struct TrackSelection {
  std::vector<TrackId> tracks;  // at most one audio and one video track of the source, audio first
  bool lowest_spatial_layer = false;
  bool operator==(const TrackSelection&) const = default;
};

/// Everything between the signalling protocol and the media workers: SDP, placement on workers,
/// relays, IPC. Answers at once, without waiting for a worker: it knows each worker's addresses and
/// fingerprint. No I/O of its own.
class MediaPlane {
 public:
  /// Told about what workers report. May call back into the MediaPlane.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A track of this stream got its first packet: started_tracks() grew.
    virtual void up_tracks_changed(UpStreamId id, Timestamp now) = 0;
    /// ICE failed, or the worker is gone: only a new offer of the publisher mends it.
    virtual void up_needs_offer(UpStreamId id, Timestamp now) = 0;
    /// ICE failed: call restart_down().
    virtual void down_failed(DownStreamId id, Timestamp now) = 0;
    /// The worker is gone, and the peer connection with it: close it and open another.
    virtual void down_lost(DownStreamId id, Timestamp now) = 0;
  };
  virtual ~MediaPlane() = default;
  virtual void set_listener(Listener* listener) = 0;
  /// Whether there is a worker that a new stream could be placed on.
  virtual bool has_worker() const = 0;

  // --- Up streams
  /// First offer. `codecs` are the group's names ("vp8", "opus"), `label` stands in for a missing
  /// msid. Gives the answer.
  virtual Result<std::string, StreamError> open_up(UpStreamId id, std::string_view offer,
                                                   const std::vector<std::string>& codecs,
                                                   std::string_view label) = 0;
  virtual Result<std::string, StreamError> renegotiate_up(UpStreamId id,
                                                          std::string_view offer) = 0;
  /// Also ends what copies it; the caller closes its down streams itself.
  virtual void close_up(UpStreamId id) = 0;
  /// Those that have sent a packet, audio and video each in the order of the SDP (simulcast: of its
  /// rid list).
  virtual std::vector<UpTrackInfo> started_tracks(UpStreamId id) const = 0;
  /// Whether tracks announced in the offer are still silent, so that waiting a little may be worth
  /// it.
  virtual bool has_silent_tracks(UpStreamId id) const = 0;

  // --- Down streams
  /// Gives the first offer. The selection must not be empty.
  virtual Result<std::string, StreamError> open_down(DownStreamId id, UpStreamId source,
                                                     const TrackSelection& selection) = 0;
  /// Gives an offer if one must be sent now; none if nothing is to be negotiated, or if an offer is
  /// unanswered: then the need is remembered and answer_down() gives it.
  virtual Result<std::optional<std::string>, StreamError> update_down(
      DownStreamId id, const TrackSelection& selection) = 0;
  /// The receiver's answer. Gives the next offer if one was waiting for it.
  virtual Result<std::optional<std::string>, StreamError> answer_down(DownStreamId id,
                                                                      std::string_view answer) = 0;
  /// Offer with fresh ICE credentials, now or after the answer that is outstanding.
  virtual Result<std::optional<std::string>, StreamError> restart_down(DownStreamId id) = 0;
  virtual void close_down(DownStreamId id) = 0;

  /// A trickled candidate of the peer. An ICE-lite agent learns addresses from checks, so only its
  /// syntax matters: false when it cannot be one. An empty string (end of candidates) is fine.
  virtual bool accept_candidate(std::string_view candidate) const = 0;
};

}  // namespace halcyon::signald
