#pragma once

#include "common/ids/strong_id.h"

namespace halcyon {

/// Ids on the IPC channel; random, chosen by signald, never used twice (proto/media_types.proto).
using TransportId = StrongId<struct TransportIdTag>;
using TrackId = StrongId<struct TrackIdTag>;
using RelayId = StrongId<struct RelayIdTag>;

/// Synchronisation source (RFC 3550 3).
using Ssrc = StrongId<struct SsrcTag, std::uint32_t>;

}  // namespace halcyon
