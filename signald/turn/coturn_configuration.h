#pragma once

#include <string>
#include <vector>

#include "signald/turn/turn_plan.h"

namespace halcyon::signald {

/// The realm of the long-term credentials. Clients learn it from the server; it only has to be
/// there.
inline constexpr std::string_view kTurnRealm = "halcyon";

/// The text of a turnserver.conf. `secret` is shared with coturn, and stands nowhere else;
/// `directory` is private to us, for the files that coturn wants to write.
std::string coturn_configuration(const TurnPlan& plan, const std::string& secret,
                                 const std::string& directory,
                                 const std::vector<SocketAddress>& allowed_peers);

}  // namespace halcyon::signald
