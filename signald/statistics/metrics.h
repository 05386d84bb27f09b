#pragma once

#include <string>

#include "signald/statistics/server_statistics.h"

namespace halcyon::signald {

/// The text of /metrics. No names of groups or people: their number has no bound, and whoever reads
/// metrics need not know them.
std::string metrics_text(const ServerStatistics& server);

}  // namespace halcyon::signald
