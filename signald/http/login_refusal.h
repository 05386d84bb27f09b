#pragma once

#include <string_view>

#include "common/units/time.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// 401 with a challenge (RFC 7617), for browsers to ask with. The realm must need no escapes.
Response ask_for_password(std::string_view realm);
/// 429: this address has failed too often; nothing was checked.
Response too_many_failures(TimeDelta retry_after);
/// 503: too many passwords are being checked.
Response too_many_logins();

}  // namespace halcyon::signald
