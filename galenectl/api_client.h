#pragma once

#include <functional>
#include <string>

#include "common/result/result.h"
#include "galenectl/exit_status.h"
#include "galenectl/http_transport.h"
#include "galenectl/tool_config.h"
#include "signald/json/json_value.h"

namespace halcyon::galenectl {

/// Why a command got no answer it can use.
struct ApiError {
  ExitStatus status = kFailure;
  std::string cause;  // for report(): "HTTP error: 404 Not Found"
  std::string hint;   // a line more for people: what the server says, or what to do; may be empty
};

template <class T>
using ApiResult = Result<T, ApiError>;

/// The administration API as commands use it. Every status of 300 and above is an error "HTTP
/// error: 404 Not Found".
class ApiClient {
 public:
  /// Borrows the transport. A token wins over name and password.
  ApiClient(HttpTransport& transport, const ToolConfig& config);

  ApiResult<signald::JsonValue> get(const std::string& url);
  /// PUT that fails when the object exists.
  ApiResult<void> create(const std::string& url, const signald::JsonValue& value);
  /// PUT without a precondition.
  ApiResult<void> overwrite(const std::string& url, const signald::JsonValue& value);
  /// Reads the object, lets `change` modify it and writes it back unless somebody else did in
  /// between.
  ApiResult<void> update(const std::string& url,
                         const std::function<void(signald::JsonObject&)>& change);
  /// POST; gives the Location header.
  ApiResult<std::string> post(const std::string& url, const signald::JsonValue& value);
  ApiResult<void> remove(const std::string& url);

 private:
  ApiResult<HttpResponse> send(HttpRequest request);
  ApiResult<void> put(const std::string& url, const signald::JsonValue& value,
                      const std::string& precondition);

  HttpTransport& transport_;
  std::string authorization_;  // a whole header line, or empty
};

}  // namespace halcyon::galenectl
