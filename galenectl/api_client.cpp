#include "galenectl/api_client.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

#include "common/encoding/base64.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

/// Longer texts are pages of a proxy rather than sentences.
constexpr std::size_t kMaxExplanation = 300;

std::string authorization_header(const ToolConfig& config) {
  if (!config.admin_token.empty()) return "Authorization: Bearer " + config.admin_token;
  if (config.admin_username.empty()) return "";
  const std::string pair = config.admin_username + ":" + config.admin_password;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(pair.data());
  return "Authorization: Basic " + base64_encode({bytes, pair.size()});
}

std::string header(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

tl::unexpected<ApiError> failed(ExitStatus status, std::string cause) {
  return unexpected(ApiError{status, std::move(cause), ""});
}

bool has_header(const HttpRequest& request, std::string_view name) {
  return std::ranges::any_of(request.headers,
                             [name](const std::string& line) { return line.starts_with(name); });
}

/// What the server says in its own words, if that is one line of text.
std::string explanation(const HttpResponse& response) {
  if (!header(response, "content-type").starts_with("text/plain")) return "";
  std::string text = response.body;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const bool is_line =
      text.size() <= kMaxExplanation &&
      std::ranges::none_of(text, [](unsigned char c) { return std::iscntrl(c) != 0; });
  return is_line ? text : "";
}

std::string hint_about(const HttpRequest& request, const HttpResponse& response) {
  switch (response.status) {
    case 401:
      // (http.md 19: a refused write has no challenge.)
      if (header(response, "www-authenticate").empty()) {
        return "The server does not let its groups be changed: its config.json has to say "
               "\"writableGroups\": true.";
      }
      return has_header(request, "Authorization:")
                 ? "The server does not accept the name and password, or the token, for this."
                 : "Say who you are: -admin-username and -admin-password, or -admin-token.";
    case 412:
      return has_header(request, "If-None-Match:")
                 ? "It exists already."
                 : "Somebody else has changed it meanwhile: try again.";
    default:
      return explanation(response);
  }
}

}  // namespace

ApiClient::ApiClient(HttpTransport& transport, const ToolConfig& config)
    : transport_(transport), authorization_(authorization_header(config)) {}

ApiResult<HttpResponse> ApiClient::send(HttpRequest request) {
  if (!authorization_.empty()) request.headers.push_back(authorization_);
  if (request.body) request.headers.emplace_back("Content-Type: application/json");
  auto response = transport_.send(request);
  if (!response) return failed(kUnreachable, response.error().message);
  if (response->status >= 300) {
    return unexpected(ApiError{exit_status_of(response->status),
                               "HTTP error: " + response->status_line,
                               hint_about(request, *response)});
  }
  return std::move(*response);
}

ApiResult<signald::JsonValue> ApiClient::get(const std::string& url) {
  const auto response = send({.method = "GET", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  auto value = signald::parse_json(response->body);
  if (!value) return failed(kFailure, value.error().message);
  return std::move(*value);
}

ApiResult<void> ApiClient::put(const std::string& url, const signald::JsonValue& value,
                               const std::string& precondition) {
  HttpRequest request{.method = "PUT", .url = url, .headers = {}, .body = write_json(value)};
  if (!precondition.empty()) request.headers.push_back(precondition);
  const auto response = send(std::move(request));
  if (!response) return unexpected(response.error());
  return {};
}

ApiResult<void> ApiClient::create(const std::string& url, const signald::JsonValue& value) {
  return put(url, value, "If-None-Match: *");
}

ApiResult<void> ApiClient::overwrite(const std::string& url, const signald::JsonValue& value) {
  return put(url, value, "");
}

ApiResult<void> ApiClient::update(const std::string& url,
                                  const std::function<void(signald::JsonObject&)>& change) {
  const auto response = send({.method = "GET", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  const std::string tag = header(*response, "etag");
  if (tag.empty()) return failed(kFailure, "missing ETag");
  const auto present = signald::parse_json(response->body);
  if (!present) return failed(kFailure, present.error().message);
  if (present->as_object() == nullptr) {
    return failed(kFailure, "the server's answer is no JSON object");
  }
  signald::JsonObject object = *present->as_object();
  change(object);
  return put(url, std::move(object), "If-Match: " + tag);
}

ApiResult<std::string> ApiClient::post(const std::string& url, const signald::JsonValue& value) {
  const auto response =
      send({.method = "POST", .url = url, .headers = {}, .body = write_json(value)});
  if (!response) return unexpected(response.error());
  const std::string location = header(*response, "location");
  if (location.empty()) return failed(kFailure, "missing Location");
  return location;
}

ApiResult<void> ApiClient::remove(const std::string& url) {
  const auto response = send({.method = "DELETE", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  return {};
}

}  // namespace halcyon::galenectl
