#pragma once

#include "common/units/time.h"
#include "signald/http/http_message.h"
#include "signald/server/http2_engine.h"

namespace halcyon::signald {

/// The fields of a response without ":status": names in lower case, values without control
/// characters, those of an HTTP/1 connection left out, date and content-length added.
Http2Engine::Fields http2_fields(const Response& response, WallTime now);

}  // namespace halcyon::signald
