#include "galenectl/exit_status.h"

namespace halcyon::galenectl {

ExitStatus exit_status_of(int http_status) {
  switch (http_status) {
    case 401:
    case 403:
      return kNotAuthorised;
    case 404:
    case 410:
      return kNotFound;
    case 409:
    case 412:
      return kConflict;
    case 429:
      return kServerError;
    default:
      return http_status >= 500 ? kServerError : kFailure;
  }
}

}  // namespace halcyon::galenectl
