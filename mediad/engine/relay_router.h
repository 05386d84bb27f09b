#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "mediad/engine/engine_context.h"
#include "mediad/engine/rtcp_receiver.h"
#include "mediad/engine/rtcp_sender.h"
#include "mediad/engine/track_router.h"
#include "mediad/relay/relay_link.h"

namespace halcyon::mediad {

/// A track that arrives by relay, as its publisher sends it.
struct RelayedPublication {
  std::uint8_t index = 0;
  PublicationConfig config;  // with one codec
};

/// The ends of relays on this worker: sources hang on publications and send them away, sinks are
/// where publications come from.
class RelayRouter {
 public:
  RelayRouter(EngineContext& context, TrackRouter& router, RtcpSender& sender, RtcpReceiver& rtcp)
      : context_(context), router_(router), sender_(sender), rtcp_(rtcp) {}

  /// Opens a source or replaces its list of tracks; tracks that this worker does not have yet join
  /// when they come.
  void open_source(RelayId id, const SocketAddress& sink, std::vector<RelayedTrack> tracks,
                   Timestamp now);
  /// Opens a sink or replaces its list of tracks. The ids that are published here already from
  /// elsewhere are left out.
  void open_sink(RelayId id, const SocketAddress& source, std::vector<RelayedPublication> tracks);
  void close(RelayId id);
  /// Null if there is none.
  RelayLink* link(RelayId id) const;
  const std::unordered_map<RelayId, std::unique_ptr<RelayLink>>& all() const { return links_; }

  /// A transport's publication has come: gives it to the sources that name it.
  void publication_opened(Publication& publication, Timestamp now);

  void handle_datagram(const SocketAddress& from, std::span<std::uint8_t> datagram, Timestamp now);

 private:
  RelayLink& open(RelayId id, RelayEnd end, const SocketAddress& peer);
  void detach(RelayLink& link);
  void handle_rtp(Publication& publication, std::span<const std::uint8_t> bytes, Timestamp now);
  void handle_from_source(RelayLink& link, std::uint8_t index, bool rtcp,
                          std::span<const std::uint8_t> bytes, Timestamp now);
  void handle_from_sink(RelayLink& link, std::uint8_t index, std::span<const std::uint8_t> bytes,
                        Timestamp now);

  EngineContext& context_;
  TrackRouter& router_;
  RtcpSender& sender_;
  RtcpReceiver& rtcp_;
  std::unordered_map<RelayId, std::unique_ptr<RelayLink>> links_;
};

}  // namespace halcyon::mediad
