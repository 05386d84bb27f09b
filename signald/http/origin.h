#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Whether a page of this origin may talk to us: no origin at all (no browser), the origin of our
/// own pages by the Host header, or one of the list. No wildcard. Case does not matter.
bool origin_allowed(std::string_view origin, std::string_view host,
                    const std::vector<std::string>& allowed);

/// Adds what lets the browser show the answer to an allowed origin's script.
void add_cors_headers(Headers& answer, const Request& request,
                      const std::vector<std::string>& allowed);

/// ASCII only, as in host names and schemes.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace halcyon::signald
