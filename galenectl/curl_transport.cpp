#include "galenectl/curl_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "common/check/check.h"

namespace halcyon::galenectl {
namespace {

constexpr long kMaxRedirects = 10;
constexpr long kKeepBody = CURL_REDIR_POST_301 | CURL_REDIR_POST_302;
/// A list of 100,000 groups is about 3 MB.
constexpr std::size_t kMaxAnswer = 64u << 20;
constexpr long kConnectTimeoutSeconds = 30;

std::size_t take_body(char* data, std::size_t, std::size_t n, void* user) {
  auto& body = *static_cast<std::string*>(user);
  if (body.size() + n > kMaxAnswer) return 0;
  body.append(data, n);
  return n;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

std::size_t take_header(char* data, std::size_t, std::size_t n, void* user) {
  auto& response = *static_cast<HttpResponse*>(user);
  const std::string_view line(data, n);
  if (line.starts_with("HTTP/")) {
    // A redirect or a 100 came before: what counts is the last answer.
    response.headers.clear();
    const std::size_t space = line.find(' ');
    response.status_line = space == std::string_view::npos ? "" : trimmed(line.substr(space));
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    response.headers[name] = trimmed(line.substr(colon + 1));
  }
  return n;
}

/// HTTP/2 has no reason phrases; people and scripts know them.
std::string_view reason_phrase(long status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

/// What NO_PROXY says, and this host: no proxy reaches the server that runs beside us.
std::string hosts_without_proxy() {
  const char* given = std::getenv("no_proxy");
  if (given == nullptr) given = std::getenv("NO_PROXY");
  const std::string hosts = given == nullptr ? "" : given;
  return hosts == "*" ? hosts : "localhost,127.0.0.0/8,::1," + hosts;
}

/// libcurl reads http_proxy in lower case only, because web servers hand "Proxy:" fields to CGI
/// programs as HTTP_PROXY. We are none, unless REQUEST_METHOD says so. Null: nothing to add.
const char* upper_case_proxy(std::string_view url) {
  const bool is_plain = url.starts_with("http://");
  const bool is_said = std::getenv("http_proxy") != nullptr;
  const bool is_cgi = std::getenv("REQUEST_METHOD") != nullptr;
  return is_plain && !is_said && !is_cgi ? std::getenv("HTTP_PROXY") : nullptr;
}

std::string reason(CURLcode outcome) {
  switch (outcome) {
    case CURLE_WRITE_ERROR:
      return "the answer is larger than " + std::to_string(kMaxAnswer >> 20) + " MiB";
    case CURLE_PEER_FAILED_VERIFICATION:
      return std::string(curl_easy_strerror(outcome)) + " (-insecure accepts any certificate)";
    default:
      return curl_easy_strerror(outcome);
  }
}

}  // namespace

CurlTransport::CurlTransport() {
  check(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
  handle_ = curl_easy_init();
  check(handle_ != nullptr);
}

CurlTransport::~CurlTransport() {
  curl_easy_cleanup(handle_);
  curl_global_cleanup();
}

ResultOr<HttpResponse> CurlTransport::send(const HttpRequest& request) {
  CURL* curl = handle_;
  curl_easy_reset(curl);
  HttpResponse response;
  curl_slist* headers = nullptr;
  for (const std::string& line : request.headers)
    headers = curl_slist_append(headers, line.c_str());
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  // A server that moved gets the body too: libcurl would repeat a PUT without it.
  curl_easy_setopt(curl, CURLOPT_POSTREDIR, kKeepBody);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, hosts_without_proxy().c_str());
  if (const auto proxy = upper_case_proxy(request.url)) {
    curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
  }
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
  if (settings_.time_limit) {
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.time_limit->ms()));
  }
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, settings_.accepts_any_certificate ? 0L : 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, settings_.accepts_any_certificate ? 0L : 2L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &response);
  if (request.body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
  }
  const CURLcode outcome = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  if (outcome != CURLE_OK) return fail(request.url + ": " + reason(outcome));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  if (response.status_line.find(' ') == std::string::npos) {
    response.status_line = std::to_string(status) + " " + std::string(reason_phrase(status));
  }
  return response;
}

}  // namespace halcyon::galenectl
