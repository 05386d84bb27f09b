#pragma once

#include <map>
#include <unordered_map>

#include "common/random/random.h"
#include "signald/stream/media_plane.h"
#include "signald/stream/relay_table.h"
#include "signald/stream/stream_model.h"
#include "signald/stream/stream_statistics.h"
#include "signald/stream/worker_directory.h"

namespace halcyon::signald {

/// How often in a row a stream's transport may fail before its peer is no longer asked to begin
/// again. Media that flows sets the count back.
inline constexpr int kMaxFailures = 5;
/// How long receivers of a stream that moved wait for its other tracks once the first one has
/// started again.
inline constexpr TimeDelta kMovedStreamSettles = TimeDelta::millis(300);

/// The media plane on worker processes. Keeps what each worker should carry, so that a worker which
/// connects again can be told everything anew.
class WorkerMediaPlane final : public MediaPlane, public WorkerObserver, public StreamStatistics {
 public:
  struct Options {
    PlacementMode placement = PlacementMode::kNear;
  };
  /// `random` is borrowed; it makes ids, SSRCs and ICE credentials.
  WorkerMediaPlane(const Options& options, RandomSource& random);

  void set_listener(Listener* listener) override { listener_ = listener; }
  bool has_worker() const override { return workers_.has_usable(); }
  Result<std::string, StreamError> open_up(UpStreamId id, std::string_view offer,
                                           const std::vector<std::string>& codecs,
                                           std::string_view label) override;
  Result<std::string, StreamError> renegotiate_up(UpStreamId id, std::string_view offer) override;
  void close_up(UpStreamId id) override;
  std::vector<UpTrackInfo> started_tracks(UpStreamId id) const override;
  bool has_silent_tracks(UpStreamId id) const override;

  Result<std::string, StreamError> open_down(DownStreamId id, UpStreamId source,
                                             const TrackSelection& selection) override;
  Result<std::optional<std::string>, StreamError> update_down(
      DownStreamId id, const TrackSelection& selection) override;
  Result<std::optional<std::string>, StreamError> answer_down(DownStreamId id,
                                                              std::string_view answer) override;
  Result<std::optional<std::string>, StreamError> restart_down(DownStreamId id) override;
  void close_down(DownStreamId id) override;
  bool accept_candidate(std::string_view candidate) const override;

  void worker_connected(const ipc::Hello& hello, WorkerLink& link, Timestamp now) override;
  void worker_message(WorkerInstance instance, const ipc::MediaToSignal& message,
                      Timestamp now) override;
  void worker_disconnected(WorkerInstance instance) override;
  void worker_lost(WorkerInstance instance, Timestamp now) override;

  std::vector<TrackStatistics> up_statistics(UpStreamId id) const override;
  std::vector<TrackStatistics> down_statistics(DownStreamId id) const override;
  std::vector<WorkerStatistics> worker_statistics() const override;
  bool has_room() const override { return workers_.has_room(); }

 private:
  UpStream* find_up(UpStreamId id);
  const UpStream* find_up(UpStreamId id) const;
  DownStream* find_down(DownStreamId id);
  UpStream* up_of(TransportId transport);
  DownStream* down_of(TransportId transport);
  Worker* worker_of(const Placement& place);
  void send(const Placement& place, const ipc::SignalToMedia& message);
  sdp::IceCredentials new_credentials();
  /// Binds the stream to a transport of its own on the worker.
  LocalTransport place_on(Worker& worker, Placement& place);
  void leave(Placement& place);

  // Up streams.
  Result<std::string, StreamError> apply_offer(UpStream& up, std::string_view offer);
  bool keeps_transport(const UpStream& up, const UpNegotiation::Change& change);
  Worker* worker_for_offer(const UpStream& up, const UpNegotiation& next, bool keep);
  void begin_transport(UpStream& up, Worker& worker);
  void continue_transport(UpStream& up, const UpNegotiation::Change& change,
                          const std::optional<RemoteTransport>& before);
  void adopt_tracks(UpStream& up);

  // Down streams.
  std::vector<DownSource> resolve(const UpStream& up, const TrackSelection& selection) const;
  void end_tracks(DownStream& down, const std::vector<TrackId>& tracks);
  void use_relay(DownStream& down);
  void start_tracks(DownStream& down, const std::vector<DownTrack>& tracks);
  bool on_lowest_layer(const DownStream& down, const DownTrack& track) const;
  std::optional<std::string> next_offer(DownStream& down);

  // Workers.
  void repeat_state(Worker& worker);
  static void repeat_transport(Worker& worker, TransportId id, const sdp::IceCredentials& local);
  void repeat_up(Worker& worker, const UpStream& up);
  void repeat_down(Worker& worker, const DownStream& down);
  void take_state(const ipc::TransportStateChanged& event, Timestamp now);
  void take_started(const ipc::UpTrackStarted& event, Timestamp now);
  void take_failure(Worker& worker, const ipc::CommandFailed& event, Timestamp now);
  void take_statistics(Worker& worker, const ipc::Statistics& statistics, Timestamp now);
  void up_failed(UpStream& up, bool broken, Timestamp now);
  void down_failed(DownStream& down, Timestamp now);
  void begin_drain(Worker& worker);
  /// Asks for new transports in place of stranded ones, as soon as there is a worker for them.
  /// Receivers wait until the stream they receive has moved, so that they move once.
  void tell_stranded(Timestamp now);
  bool has_settled(const UpStream& up, Timestamp now) const;

  RandomSource& random_;
  Listener* listener_ = nullptr;  // borrowed

  std::uint64_t instance_;
  WorkerDirectory workers_;
  RelayTable relays_;
  std::map<UpStreamId, UpStream> ups_;
  std::map<DownStreamId, DownStream> downs_;
  std::unordered_map<TransportId, UpStreamId> up_transports_;
  std::unordered_map<TransportId, DownStreamId> down_transports_;
};

}  // namespace halcyon::signald
