#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/relay_router.h"
#include "mediad/engine/rtp_receiver.h"
#include "mediad/engine/track_router.h"
#include "mediad/engine/transport_connector.h"
#include "mediad/engine/transport_table.h"
#include "proto/signal_to_media.pb.h"

namespace halcyon::mediad {

/// More than one core can encrypt for.
inline constexpr std::size_t kMaxTransports = 20'000;
/// Up and down tracks of one transport: a whole meeting over one association.
inline constexpr std::size_t kMaxTracksPerTransport = 1'000;
inline constexpr std::size_t kMaxRelays = 4'096;
/// RFC 8445 5.3 bounds both halves by 256 characters.
inline constexpr std::size_t kMaxIceCredential = 256;

/// Does what signald says. Each command is idempotent by id: repeating one changes nothing, and one
/// for an id that is gone is ignored. What cannot be done is answered by CommandFailed.
class CommandHandler {
 public:
  CommandHandler(EngineContext& context, TransportTable& table, TrackRouter& router,
                 RelayRouter& relays, TransportConnector& connector, RtpReceiver& receiver)
      : context_(context),
        table_(table),
        router_(router),
        relays_(relays),
        connector_(connector),
        receiver_(receiver) {}

  /// All but Welcome, which concerns the engine.
  void handle(const ipc::SignalToMedia& command, Timestamp now);
  /// From here on commands repeat the state this worker should have, until StateComplete.
  void begin_state() { ++epoch_; }
  /// Ends everything: signald has not come back.
  void close_all();
  bool draining() const { return draining_; }

 private:
  void open_transport(const ipc::OpenTransport& c, Timestamp now);
  void set_remote(const ipc::SetRemote& c, Timestamp now);
  void restart_ice(const ipc::RestartIce& c, Timestamp now);
  void close_transport(TransportId id);
  void open_up_track(const ipc::OpenUpTrack& c, Timestamp now);
  void close_up_track(TrackId id);
  void open_down_track(const ipc::OpenDownTrack& c, Timestamp now);
  void close_down_track(TrackId id);
  void open_relay_source(const ipc::OpenRelaySource& c, Timestamp now);
  void open_relay_sink(const ipc::OpenRelaySink& c);
  void drain();
  void state_complete();
  void report_drained();
  void fail(std::string_view command, std::uint64_t id, std::string_view reason);

  EngineContext& context_;
  TransportTable& table_;
  TrackRouter& router_;
  RelayRouter& relays_;
  TransportConnector& connector_;
  RtpReceiver& receiver_;
  std::uint32_t epoch_ = 0;
  bool draining_ = false;
};

}  // namespace halcyon::mediad
