#include "signald/http/canonical_host.h"

#include "signald/http/error_response.h"
#include "signald/http/origin.h"
#include "signald/http/request_path.h"

namespace halcyon::signald {

std::optional<Response> canonical_redirect(const Request& request, GlobalConfigSource& config) {
  const auto current = config.current();
  if (!current || (*current)->canonical_host.empty()) return std::nullopt;
  const std::string& canonical = (*current)->canonical_host;
  if (equal_ignoring_case(canonical, request.headers.get("host"))) return std::nullopt;
  return redirect(301, "https://" + canonical + location_of(request.path, request.query));
}

}  // namespace halcyon::signald
