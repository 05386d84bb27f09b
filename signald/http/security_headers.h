#pragma once

#include <string_view>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// For pages and static files: Content-Security-Policy, Referrer-Policy and X-Content-Type-Options.
/// `auth_server` is the group's own, which its page may connect to; empty: none. One that could end
/// the directive is left out.
void add_security_headers(Headers& headers, std::string_view auth_server);

}  // namespace halcyon::signald
