#pragma once

#include "common/units/time.h"

namespace halcyon::mediad {

/// RR and REMB to each publisher.
inline constexpr TimeDelta kReceiverReportInterval = TimeDelta::seconds(1);
/// SR and SDES to each receiver: browsers align sound and picture by them, and early ones shorten
/// the time until they do.
inline constexpr TimeDelta kSenderReportInterval = TimeDelta::millis(500);
/// No deadline comes up again sooner, whatever its owner says: time must pass between two turns of
/// the engine.
inline constexpr TimeDelta kMinWakeUp = TimeDelta::millis(1);
/// REMB over a relay.
inline constexpr TimeDelta kRelayReportInterval = TimeDelta::seconds(1);

}  // namespace halcyon::mediad
