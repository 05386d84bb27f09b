#pragma once

#include <optional>

#include "signald/config/global_config.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// 301 to the same path on the configured canonical host, when the request named another. The query
/// is kept, so that invitation links survive. Nothing while the configuration is invalid.
std::optional<Response> canonical_redirect(const Request& request, GlobalConfigSource& config);

}  // namespace halcyon::signald
