#include "signald/http/lws_request.h"

#include <libwebsockets.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

// Those that handlers read, and no others: what nobody asks for need not be copied.
constexpr std::array<std::pair<lws_token_indexes, std::string_view>, 24> kKnownHeaders = {{
    {WSI_TOKEN_ORIGIN, "origin"},
    {WSI_TOKEN_CONNECTION, "connection"},
    {WSI_TOKEN_UPGRADE, "upgrade"},
    {WSI_TOKEN_KEY, "sec-websocket-key"},
    {WSI_TOKEN_VERSION, "sec-websocket-version"},
    {WSI_TOKEN_PROTOCOL, "sec-websocket-protocol"},
    {WSI_TOKEN_HTTP_ACCEPT, "accept"},
    {WSI_TOKEN_HTTP_ACCEPT_ENCODING, "accept-encoding"},
    {WSI_TOKEN_HTTP_IF_MODIFIED_SINCE, "if-modified-since"},
    {WSI_TOKEN_HTTP_IF_NONE_MATCH, "if-none-match"},
    {WSI_TOKEN_HTTP_IF_MATCH, "if-match"},
    {WSI_TOKEN_HTTP_IF_RANGE, "if-range"},
    {WSI_TOKEN_HTTP_IF_UNMODIFIED_SINCE, "if-unmodified-since"},
    {WSI_TOKEN_HTTP_RANGE, "range"},
    {WSI_TOKEN_HTTP_AUTHORIZATION, "authorization"},
    {WSI_TOKEN_HTTP_CONTENT_TYPE, "content-type"},
    {WSI_TOKEN_HTTP_CONTENT_LENGTH, "content-length"},
    {WSI_TOKEN_HTTP_TRANSFER_ENCODING, "transfer-encoding"},
    {WSI_TOKEN_HTTP_USER_AGENT, "user-agent"},
    {WSI_TOKEN_HTTP_REFERER, "referer"},
    {WSI_TOKEN_HTTP_EXPECT, "expect"},
    {WSI_TOKEN_HTTP_VIA, "via"},
    {WSI_TOKEN_HTTP_X_REAL_IP, "x-real-ip"},
    {WSI_TOKEN_X_FORWARDED_FOR, "x-forwarded-for"},
}};

/// More of them, which libwebsockets does not know; it wants the colon, and sees the name in lower
/// case.
constexpr std::array<std::string_view, 3> kFurtherHeaders = {"sec-fetch-site:", "x-forwarded-proto:",
                                                             "forwarded:"};

constexpr std::array<std::pair<lws_token_indexes, Method>, 7> kMethodTokens = {{
    {WSI_TOKEN_GET_URI, Method::kGet},
    {WSI_TOKEN_POST_URI, Method::kPost},
    {WSI_TOKEN_OPTIONS_URI, Method::kOptions},
    {WSI_TOKEN_PUT_URI, Method::kPut},
    {WSI_TOKEN_PATCH_URI, Method::kPatch},
    {WSI_TOKEN_DELETE_URI, Method::kDelete},
    {WSI_TOKEN_HEAD_URI, Method::kHead},
}};

std::string copy_header(lws* wsi, lws_token_indexes token) {
  const int length = lws_hdr_total_length(wsi, token);
  if (length <= 0) return {};
  std::string value(static_cast<std::size_t>(length) + 1, '\0');
  const int copied = lws_hdr_copy(wsi, value.data(), length + 1, token);
  value.resize(copied > 0 ? static_cast<std::size_t>(copied) : 0);
  return value;
}

std::string copy_further_header(lws* wsi, std::string_view name) {
  const auto name_length = static_cast<int>(name.size());
  const int length = lws_hdr_custom_length(wsi, name.data(), name_length);
  if (length <= 0) return {};
  std::string value(static_cast<std::size_t>(length) + 1, '\0');
  const int copied = lws_hdr_custom_copy(wsi, value.data(), length + 1, name.data(), name_length);
  value.resize(copied > 0 ? static_cast<std::size_t>(copied) : 0);
  return value;
}

/// The fragments into which libwebsockets cuts a target at each '&' and ';'.
std::vector<std::string> fragments(lws* wsi, lws_token_indexes token) {
  std::vector<std::string> out;
  const int total = lws_hdr_total_length(wsi, token);
  if (total <= 0) return out;
  std::string buffer(static_cast<std::size_t>(total) + 1, '\0');
  for (int i = 0;; ++i) {
    const int length = lws_hdr_copy_fragment(wsi, buffer.data(), total + 1, token, i);
    if (length < 0) return out;
    out.emplace_back(buffer.data(), static_cast<std::size_t>(length));
  }
}

std::string read_path(lws* wsi, lws_token_indexes token) {
  std::string path;
  for (const std::string& part : fragments(wsi, token)) {
    if (!path.empty()) path += '&';
    path += part;
  }
  return clean_path(path);
}

/// libwebsockets has decoded the query: encode it again, so that it means the same to whoever gets
/// it.
std::string read_query(lws* wsi) {
  std::string query;
  for (const std::string& part : fragments(wsi, WSI_TOKEN_HTTP_URI_ARGS)) {
    if (!query.empty()) query += '&';
    const std::size_t equals = part.find('=');
    query += percent_encode_segment(std::string_view(part).substr(0, equals));
    if (equals != std::string::npos) {
      query += '=';
      query += percent_encode_segment(std::string_view(part).substr(equals + 1));
    }
  }
  return query;
}

void read_target(lws* wsi, Request& request) {
  request.method = Method::kOther;
  request.path.assign(1, '/');
  for (const auto& [token, method] : kMethodTokens) {
    if (lws_hdr_total_length(wsi, token) == 0) continue;
    request.method = method;
    request.path = read_path(wsi, token);
    break;
  }
  request.query = read_query(wsi);
}

/// Fields that decide where a message ends, with white space before the colon: libwebsockets takes
/// them for others, while a proxy in front may not (RFC 9112 5.1).
bool hides_framing(lws* wsi) {
  static constexpr std::array<std::string_view, 6> kHidden = {
      "content-length :",     "content-length\t:",     "transfer-encoding :",
      "transfer-encoding\t:", "content-length  :", "transfer-encoding  :"};
  return std::any_of(kHidden.begin(), kHidden.end(), [wsi](std::string_view name) {
    return lws_hdr_custom_length(wsi, name.data(), static_cast<int>(name.size())) >= 0;
  });
}

/// RFC 9112 3.2: one Host, and none only in HTTP/1.0.
bool host_is_bad(std::string_view host, std::string_view version) {
  if (host.empty()) return version != "HTTP/1.0";
  return host.find_first_of(", /@\t") != std::string_view::npos;
}

void read_length(RequestHead& head) {
  const std::string_view text = head.request.headers.get("content-length");
  head.has_length = !text.empty();
  if (!head.has_length) return;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, head.body_length);
  head.bad_length = result.ec != std::errc() || result.ptr != end;
}

}  // namespace

RequestHead read_request_head(lws* wsi) {
  RequestHead head;
  read_target(wsi, head.request);
  const std::string host = copy_header(wsi, WSI_TOKEN_HOST);
  head.request.headers.add("host", host);
  head.length = head.request.path.size() + head.request.query.size() + host.size();
  const auto add = [&head](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    head.length += name.size() + value.size();
    head.request.headers.add(name, value);
  };
  for (const auto& [token, name] : kKnownHeaders) add(name, copy_header(wsi, token));
  for (const std::string_view name : kFurtherHeaders) {
    add(name.substr(0, name.size() - 1), copy_further_header(wsi, name));
  }
  read_length(head);
  const std::string version = copy_header(wsi, WSI_TOKEN_HTTP);
  const bool known_version = version == "HTTP/1.1" || version == "HTTP/1.0";
  // Anything else there is the rest of a target with line breaks in it.
  const bool some_version = version.size() == 8 && version.starts_with("HTTP/");
  head.unknown_version = some_version && !known_version;
  head.malformed = !some_version || hides_framing(wsi) || host_is_bad(host, version);
  head.chunked = head.request.headers.has("transfer-encoding");
  return head;
}

}  // namespace halcyon::signald
