#pragma once

#include <vector>

#include "signald/http/http_message.h"
#include "signald/ice/ice_server.h"

namespace halcyon::signald {

/// One Link field for each URL of the servers (RFC 9725 4.6), as far as WHIP has a form for it: no
/// stuns, and no TURN server whose credential is not a text.
void add_ice_server_links(Headers& headers, const std::vector<IceServer>& servers);

}  // namespace halcyon::signald
