#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/result/error.h"
#include "common/units/time.h"

namespace halcyon::galenectl {

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::optional<std::string> body;
};

struct HttpResponse {
  int status = 0;
  std::string status_line;  // "412 Precondition Failed"
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

struct TransportSettings {
  bool accepts_any_certificate = false;
  std::optional<TimeDelta> time_limit;  // of a whole request; none: as long as it takes
};

/// Sends a request and waits for the whole answer. Errors are those of the network.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  /// Counts for the requests that follow.
  virtual void configure(const TransportSettings& settings) = 0;
  virtual ResultOr<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace halcyon::galenectl
