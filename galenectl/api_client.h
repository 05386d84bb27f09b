#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "galenectl/tool_config.h"
#include "signald/json/json_value.h"

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

/// Sends a request and waits for the whole answer. Errors are those of the network.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual ResultOr<HttpResponse> send(const HttpRequest& request) = 0;
};

/// The administration API as commands use it. Every status of 300 and above is an error "HTTP
/// error: 404 Not Found".
class ApiClient {
 public:
  /// Borrows the transport. A token wins over name and password.
  ApiClient(HttpTransport& transport, const ToolConfig& config);

  ResultOr<signald::JsonValue> get(const std::string& url);
  /// PUT that fails when the object exists.
  ResultOr<void> create(const std::string& url, const signald::JsonValue& value);
  /// PUT without a precondition.
  ResultOr<void> overwrite(const std::string& url, const signald::JsonValue& value);
  /// Reads the object, lets `change` modify it and writes it back unless somebody else did in
  /// between.
  ResultOr<void> update(const std::string& url,
                        const std::function<ResultOr<void>(signald::JsonObject&)>& change);
  /// POST; gives the Location header.
  ResultOr<std::string> post(const std::string& url, const signald::JsonValue& value);
  ResultOr<void> remove(const std::string& url);

 private:
  ResultOr<HttpResponse> send(HttpRequest request);
  ResultOr<void> put(const std::string& url, const signald::JsonValue& value,
                     const std::string& precondition);

  HttpTransport& transport_;
  std::string authorization_;  // a whole header line, or empty
};

}  // namespace halcyon::galenectl
