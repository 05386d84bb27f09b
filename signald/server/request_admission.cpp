#include "signald/server/request_admission.h"

#include <algorithm>
#include <array>
#include <utility>

#include "signald/http/error_response.h"
#include "signald/http/http_limits.h"
#include "signald/http/origin.h"
#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods = {{
    {"GET", Method::kGet},
    {"HEAD", Method::kHead},
    {"POST", Method::kPost},
    {"PUT", Method::kPut},
    {"DELETE", Method::kDelete},
    {"PATCH", Method::kPatch},
    {"OPTIONS", Method::kOptions},
}};

constexpr Refusal kBadTarget = {400, "Bad Request"};

/// RFC 9112 3.2.2: the part behind "http://authority", whose authority becomes the host.
std::optional<std::string_view> strip_authority(Request& request, std::string_view target) {
  const std::size_t slashes = target.find("://");
  if (slashes == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, slashes);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
    return std::nullopt;
  }
  target.remove_prefix(slashes + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  const std::string_view authority = target.substr(0, end);
  if (authority.empty() || !is_valid_host(authority)) return std::nullopt;
  request.headers.set("host", authority);
  return target.substr(end);
}

}  // namespace

Method method_of(std::string_view name) {
  const auto found = std::find_if(kMethods.begin(), kMethods.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == kMethods.end() ? Method::kOther : found->second;
}

Result<void, Refusal> set_target(Request& request, std::string_view target) {
  if (target == "*") {
    if (request.method != Method::kOptions) return make_unexpected(kBadTarget);
    request.path = request.escaped_path = target;
    return {};
  }
  if (!target.starts_with('/')) {
    const auto rest = strip_authority(request, target);
    if (!rest) return make_unexpected(kBadTarget);
    target = *rest;
  }
  if (target.find('#') != std::string_view::npos) return make_unexpected(kBadTarget);
  const std::size_t mark = target.find('?');
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.escaped_path = target.substr(0, mark);
  if (request.escaped_path.empty()) request.escaped_path = "/";
  auto path = percent_decode(request.escaped_path);
  if (!path) return make_unexpected(kBadTarget);
  request.path = std::move(*path);
  return {};
}

bool is_valid_host(std::string_view host) {
  static constexpr std::string_view kForbidden = ",/@?#\"<>\\^`{|}";
  return std::all_of(host.begin(), host.end(), [](char c) {
    return c > ' ' && c < '\x7f' && kForbidden.find(c) == std::string_view::npos;
  });
}

Result<BodyAllowance, Refusal> admit_body(const Handler& handler, const Request& head,
                                          std::optional<std::uint64_t> content_length) {
  const std::size_t wanted = std::min(handler.body_limit(head), kMaxRequestBody);
  const BodyAllowance allowance{wanted > 0 ? wanted : kMaxIgnoredBody, wanted > 0};
  if (content_length && *content_length > allowance.limit) {
    return make_unexpected(kBodyTooLarge);
  }
  return allowance;
}

Response refusal_response(const Refusal& refusal) {
  return text_error(refusal.status, refusal.text);
}

Response server_options() {
  Response response;
  response.headers.add("allow", "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
  return response;
}

}  // namespace halcyon::signald
