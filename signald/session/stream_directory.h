#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/random/random.h"
#include "common/units/time.h"
#include "signald/groups/group_state.h"
#include "signald/session/deadline_set.h"
#include "signald/session/track_selection.h"
#include "signald/stream/media_plane.h"

namespace halcyon::signald {

/// Where the stream directory's messages go.
class MemberMessenger {
 public:
  virtual ~MemberMessenger() = default;
  /// To a member of a group who is connected here; others are ignored. Must not call back.
  virtual void send_to_member(std::string_view group, std::string_view member,
                              std::string json) = 0;
  /// Only a new offer of the publisher mends this stream. Must not call back.
  virtual void ask_for_offer(const std::string& group, const std::string& publisher,
                             const std::string& stream) = 0;
};

/// Who gets which tracks of which stream: joins the groups' offered streams, the receivers'
/// requests and the media plane. Announces a stream when its tracks are known, pushes it to those
/// who want it, and keeps both ends apart: a stream has one id for its publisher and all receivers,
/// yet each copy is negotiated on its own.
class StreamDirectory final : public MediaPlane::Listener {
 public:
  /// Time for tracks to show up together: fewer negotiations.
  static constexpr TimeDelta kAnnounceDelay = TimeDelta::millis(200);
  /// How much longer a first announcement waits for tracks that the publisher described but has not
  /// sent.
  static constexpr TimeDelta kSilentTrackWait = TimeDelta::millis(600);
  /// How long receivers keep the picture of a replaced stream whose successor sends nothing.
  static constexpr TimeDelta kReplacementWait = TimeDelta::seconds(3);

  /// Borrows all. Registers itself as the media plane's listener.
  StreamDirectory(MediaPlane& media, MemberMessenger& messenger, RandomSource& random);
  ~StreamDirectory() override;

  // --- Receivers
  void add_receiver(const std::string& group, const std::string& member);
  /// Ends what it receives without telling it.
  void remove_receiver(std::string_view group, std::string_view member);

  /// Replaces the member's request and looks at all streams again.
  void request(std::string_view group, const std::string& member, StreamRequest request);
  /// Overrides it for one stream (nullopt: no longer). False when the member has no such stream.
  bool request_stream(std::string_view group, const std::string& member, const std::string& stream,
                      std::optional<WantedTracks> wanted);
  bool receives(std::string_view group, std::string_view member, std::string_view stream) const;
  void answer(std::string_view group, const std::string& member, const std::string& stream,
              std::string_view sdp);
  /// The receiver wants a fresh ICE session.
  void renegotiate(std::string_view group, const std::string& member, const std::string& stream);
  /// The receiver refuses the stream; always confirmed.
  void abort(std::string_view group, const std::string& member, const std::string& stream);

  // --- Publishers
  /// `replaces` is the id of a stream that ends with this; receivers learn of that with the offer
  /// of the new one.
  void offered(const std::string& group, const OfferedStream& stream, const std::string& username,
               const std::string& replaces, Timestamp now);
  void ended(std::string_view group, const OfferedStream& stream);

  // --- Time
  Timestamp next_deadline() const { return announcements_.next(); }
  void handle_timeout(Timestamp now);

  // --- Of the media plane
  void up_tracks_changed(UpStreamId id, Timestamp now) override;
  void up_needs_offer(UpStreamId id, Timestamp now) override;
  void down_failed(DownStreamId id, Timestamp now) override;
  void down_lost(DownStreamId id, Timestamp now) override;

  /// What a member receives: the streams' ids, in byte order, with those of the media plane.
  std::vector<std::pair<std::string, DownStreamId>> received(std::string_view group,
                                                             std::string_view member) const;

  std::size_t up_count() const { return ups_.size(); }
  std::size_t down_count() const { return down_places_.size(); }

 private:
  struct Up {
    std::string group;
    OfferedStream stream;
    std::string username;
    bool announced = false;
    Timestamp offered_at;
    Timestamp first_track_at = Timestamp::never();
  };
  struct Down {
    DownStreamId id;
    UpStreamId source;
    std::optional<WantedTracks> override_request;
    TrackSelection selection;
  };
  /// A stream the receiver still shows, whose place another one is to take.
  struct Replaced {
    std::string id;
    std::optional<WantedTracks> override_request;
  };
  struct Receiver {
    StreamRequest request;
    std::map<std::string, Down, std::less<>> downs;  // by stream id
    std::map<UpStreamId, Replaced> replaced;         // by successor
  };
  struct Group {
    std::map<std::string, Receiver, std::less<>> receivers;
    std::map<UpStreamId, Up*> ups;
  };
  struct DownPlace {
    std::string group;
    std::string member;
    std::string stream;
  };

  Receiver* find_receiver(std::string_view group, std::string_view member);
  Down* find_down(std::string_view group, std::string_view member, std::string_view stream);
  Up* find_up(UpStreamId id);
  Up* find_up(std::string_view group, std::string_view publisher, std::string_view stream);

  void schedule(UpStreamId id, Timestamp at);
  void announcement_due(Up& up, Timestamp now);
  void announce(Up& up);
  void give_up_replacement(Up& up);
  /// Takes the place that `old` had at the receivers for `successor`.
  void take_over(Group& group, const Up& old, UpStreamId successor);
  void remove_up(Group& group, UpStreamId id);

  void evaluate(const std::string& member, Receiver& receiver, Up& up);
  void open(const std::string& member, Receiver& receiver, Up& up, const TrackSelection& selection);
  void update(const std::string& member, Receiver& receiver, Up& up, Down& down,
              const TrackSelection& selection);
  void end_down(const std::string& group, const std::string& member, Receiver& receiver,
                const std::string& stream);
  void discard_down(Receiver& receiver, const std::string& stream);
  /// Sends the offer of a result, or ends the stream when there was an error.
  void pass_on(const DownPlace& place,
               const Result<std::optional<std::string>, StreamError>& offer);
  void send_offer(const std::string& member, const Up& up, const std::string& replace,
                  const std::string& sdp);
  void send(std::string_view group, std::string_view member, std::string json);

  MediaPlane& media_;
  MemberMessenger& messenger_;
  RandomSource& random_;
  std::map<std::string, Group, std::less<>> groups_;
  std::map<UpStreamId, Up> ups_;
  std::map<DownStreamId, DownPlace> down_places_;
  DeadlineSet<UpStreamId> announcements_;
};

}  // namespace halcyon::signald
