#pragma once

namespace halcyon::galenectl {

/// What scripts can tell apart. Upstream knows 0, 1 and 2 only, and gives 1 for all that has a
/// number of its own here.
enum ExitStatus : int {
  kSuccess = 0,        // also help
  kFailure = 1,        // none of the others: files, unparsable input or answers, other refusals
  kUsage = 2,          // the command line
  kNotFound = 3,       // 404, 410: no such group, user or token
  kNotAuthorised = 4,  // 401, 403: wrong credentials, or the server's groups are not writable
  kConflict = 5,       // 409, 412: exists already, or somebody else changed it meanwhile
  kUnreachable = 6,    // no answer: name, connection, certificate, time
  kServerError = 7,    // 429, and 500 and above: the server is busy or has failed
};

/// Of an HTTP status of 300 and above.
ExitStatus exit_status_of(int http_status);

}  // namespace halcyon::galenectl
