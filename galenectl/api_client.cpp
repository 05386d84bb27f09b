#include "galenectl/api_client.h"

#include <span>

#include "common/encoding/base64.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

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

}  // namespace

ApiClient::ApiClient(HttpTransport& transport, const ToolConfig& config)
    : transport_(transport), authorization_(authorization_header(config)) {}

ResultOr<HttpResponse> ApiClient::send(HttpRequest request) {
  if (!authorization_.empty()) request.headers.push_back(authorization_);
  if (request.body) request.headers.emplace_back("Content-Type: application/json");
  auto response = transport_.send(request);
  if (response && response->status >= 300) return fail("HTTP error: " + response->status_line);
  return response;
}

ResultOr<signald::JsonValue> ApiClient::get(const std::string& url) {
  const auto response = send({.method = "GET", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  return signald::parse_json(response->body);
}

ResultOr<void> ApiClient::put(const std::string& url, const signald::JsonValue& value,
                              const std::string& precondition) {
  HttpRequest request{.method = "PUT", .url = url, .headers = {}, .body = write_json(value)};
  if (!precondition.empty()) request.headers.push_back(precondition);
  const auto response = send(std::move(request));
  if (!response) return unexpected(response.error());
  return {};
}

ResultOr<void> ApiClient::create(const std::string& url, const signald::JsonValue& value) {
  return put(url, value, "If-None-Match: *");
}

ResultOr<void> ApiClient::overwrite(const std::string& url, const signald::JsonValue& value) {
  return put(url, value, "");
}

ResultOr<void> ApiClient::update(
    const std::string& url, const std::function<ResultOr<void>(signald::JsonObject&)>& change) {
  const auto response = send({.method = "GET", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  const std::string tag = header(*response, "etag");
  if (tag.empty()) return fail("missing ETag");
  const auto present = signald::parse_json(response->body);
  if (!present) return unexpected(present.error());
  if (present->as_object() == nullptr) return fail("the server's answer is no JSON object");
  signald::JsonObject object = *present->as_object();
  if (const auto changed = change(object); !changed) return unexpected(changed.error());
  return put(url, std::move(object), "If-Match: " + tag);
}

ResultOr<std::string> ApiClient::post(const std::string& url, const signald::JsonValue& value) {
  const auto response =
      send({.method = "POST", .url = url, .headers = {}, .body = write_json(value)});
  if (!response) return unexpected(response.error());
  const std::string location = header(*response, "location");
  if (location.empty()) return fail("missing Location");
  return location;
}

ResultOr<void> ApiClient::remove(const std::string& url) {
  const auto response = send({.method = "DELETE", .url = url, .headers = {}, .body = {}});
  if (!response) return unexpected(response.error());
  return {};
}

}  // namespace halcyon::galenectl
