#pragma once

#include <memory>

#include "galenectl/http_transport.h"

namespace halcyon::galenectl {

/// HTTP by libcurl: HTTP/2 if offered, the system's trust store, proxies of the environment, at
/// most ten redirects.
class CurlTransport final : public HttpTransport {
 public:
  CurlTransport();
  ~CurlTransport() override;
  void configure(const TransportSettings& settings) override { settings_ = settings; }
  ResultOr<HttpResponse> send(const HttpRequest& request) override;

 private:
  void* handle_;
  TransportSettings settings_;
};

}  // namespace halcyon::galenectl
