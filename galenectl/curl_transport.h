#pragma once

#include <memory>

#include "galenectl/api_client.h"

namespace halcyon::galenectl {

/// HTTP by libcurl: HTTP/2 if offered, the system's trust store, proxies of the environment, at
/// most ten redirects.
class CurlTransport final : public HttpTransport {
 public:
  CurlTransport();
  ~CurlTransport() override;
  void set_insecure(bool insecure) { insecure_ = insecure; }
  ResultOr<HttpResponse> send(const HttpRequest& request) override;

 private:
  void* handle_;
  bool insecure_ = false;
};

}  // namespace halcyon::galenectl
