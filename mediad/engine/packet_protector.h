#pragma once

#include <span>

#include "mediad/engine/drop_counters.h"
#include "mediad/engine/send_batch.h"

namespace halcyon::mediad {

/// Applies SRTP and SRTCP to all slots of a batch in place. A slot that cannot be protected gets
/// size 0 and is counted. Seeing the whole batch at once is what lets the crypto work on several
/// receivers' packets side by side.
void protect_slots(std::span<SendSlot> slots, DropCounters& drops);

}  // namespace halcyon::mediad
