#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/units/time.h"
#include "mediad/engine/command_handler.h"
#include "mediad/engine/engine_context.h"
#include "mediad/engine/incoming_datagram.h"
#include "mediad/engine/relay_router.h"
#include "mediad/engine/rtcp_receiver.h"
#include "mediad/engine/rtcp_sender.h"
#include "mediad/engine/rtp_receiver.h"
#include "mediad/engine/statistics_report.h"
#include "mediad/engine/track_router.h"
#include "mediad/engine/transport_connector.h"
#include "mediad/engine/transport_table.h"
#include "proto/media_to_signal.pb.h"
#include "proto/signal_to_media.pb.h"

namespace halcyon::mediad {

/// How long a worker that lost signald keeps its transports: signald's own restart takes less.
inline constexpr TimeDelta kOrphanLifetime = TimeDelta::seconds(30);

/// A media worker without its sockets, its threads and its clock: datagrams, commands, handshake
/// results and `now` in; datagrams, events, handshake jobs and the next deadline out.
///
/// After one or more calls of handle_…(), and when next_deadline() has come, the caller calls
/// finish_turn(), then takes the events. Datagrams may leave earlier, when a batch is full.
class MediaEngine {
 public:
  /// Borrowed for the engine's life.
  struct Ports {
    DatagramSink& peers;
    DatagramSink& relays;
    HandshakeRunner& handshakes;
    RandomSource& random;
    /// Shared with the sockets: what they lose is counted and reported here too.
    DropCounters& drops;
  };
  MediaEngine(Ports ports, WallTime wall, Timestamp now);
  MediaEngine(const MediaEngine&) = delete;
  MediaEngine& operator=(const MediaEngine&) = delete;

  /// What came at once, in its order. Decrypted in place.
  void handle_datagrams(std::span<const IncomingDatagram> datagrams, Timestamp now);
  void handle_datagram(const IncomingDatagram& datagram, Timestamp now) {
    handle_datagrams(std::span(&datagram, 1), now);
  }
  void handle_relay_datagram(const SocketAddress& from, std::span<std::uint8_t> datagram,
                             Timestamp now);
  void handle_handshake(HandshakeResult result, Timestamp now);
  void handle_command(const ipc::SignalToMedia& command, Timestamp now);
  /// A TCP connection that datagrams came by is gone.
  void handle_tcp_closed(const TransportAddress& connection) { table_.forget_address(connection); }
  /// The IPC connection is gone. Everything ends kOrphanLifetime later unless a Welcome comes.
  void handle_signald_lost(Timestamp now);

  /// Forwards what was received, does what is due, and sends what came of either.
  void finish_turn(Timestamp now);
  /// never() if there is none.
  Timestamp next_deadline() const { return context_.deadlines.next(); }
  /// For signald, in order.
  std::vector<ipc::MediaToSignal> take_events();

  std::size_t transport_count() const { return table_.size(); }
  /// True between Drain and the end: nothing new may be opened.
  bool draining() const { return commands_.draining(); }
  /// What make_statistics() leaves out is for the caller to fill in.
  ipc::Statistics statistics(Timestamp now) const;
  /// What protects RTP, for the log.
  std::string srtp_description() const;

 private:
  void handle_rtp(std::span<const IncomingDatagram> datagrams, Timestamp now);
  void handle_other(const TransportAddress& from, std::span<std::uint8_t> datagram, Timestamp now);
  void handle_welcome(const ipc::Welcome& welcome, Timestamp now);
  void handle_deadline(const Deadline& due, Timestamp now);

  // In the order of their dependence: each part borrows those above it.
  EngineContext context_;
  TransportTable table_;
  TrackRouter router_;
  RtcpSender rtcp_sender_;
  RtcpReceiver rtcp_receiver_;
  RtpReceiver rtp_receiver_;
  RelayRouter relays_;
  TransportConnector connector_;
  CommandHandler commands_;
  Deadline statistics_due_;
  Deadline orphans_due_;
  TimeDelta statistics_interval_;
  ReceivedTotals received_;
};

}  // namespace halcyon::mediad
