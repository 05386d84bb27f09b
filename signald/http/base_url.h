#pragma once

#include <string_view>

#include "common/result/error.h"
#include "signald/http/group_pages.h"

namespace halcyon::signald {

/// Where the outside finds us: the configured proxyURL, what it leaves open filled in from the
/// request. An error when proxyURL is not a URL.
ResultOr<BaseUrl> base_url(std::string_view proxy_url, bool tls, std::string_view host);

}  // namespace halcyon::signald
