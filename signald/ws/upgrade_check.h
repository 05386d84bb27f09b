#pragma once

#include <string>
#include <vector>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Whether a request for an upgrade may become a signalling connection: 0, or the status to answer.
/// Checked in the order Connection and Upgrade, method, version, origin, key.
int check_upgrade(const Request& request, const std::vector<std::string>& allowed_origins);

/// Whether a comma-separated header has this element, ignoring case.
bool has_element(std::string_view header, std::string_view element);

}  // namespace halcyon::signald
