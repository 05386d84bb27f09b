#pragma once

#include "mediad/engine/engine_context.h"
#include "mediad/engine/relay_router.h"
#include "mediad/engine/track_router.h"
#include "mediad/engine/transport_table.h"
#include "proto/media_to_signal.pb.h"

namespace halcyon::mediad {

/// Datagrams that came in, from peers and by relay.
struct ReceivedTotals {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

/// Everything but what the process knows and the engine does not: its use of the processor and of
/// memory, and what waits outside of the engine.
ipc::Statistics make_statistics(const EngineContext& context, const TransportTable& table,
                                const TrackRouter& router, const RelayRouter& relays,
                                const ReceivedTotals& received, Timestamp now);

}  // namespace halcyon::mediad
