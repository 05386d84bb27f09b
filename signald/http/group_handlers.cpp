#include "signald/http/group_handlers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "signald/http/base_url.h"
#include "signald/http/canonical_host.h"
#include "signald/http/encoded_file.h"
#include "signald/http/error_response.h"
#include "signald/http/request_path.h"
#include "signald/http/security_headers.h"
#include "signald/http/static_files.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kPageFile = "galene.html";

ResultOr<BaseUrl> base_of(const Request& request, GlobalConfigSource& config) {
  const auto current = config.current();
  if (!current) return make_unexpected(current.error());
  return base_url((*current)->proxy_url, request.tls, request.headers.get("host"));
}

}  // namespace

std::size_t GroupHandlers::body_limit(const Request& head) const {
  const bool whip = whip_ != nullptr && parse_group_url(head.path).kind == ".whip";
  return whip ? whip_->body_limit(head) : 0;
}

void GroupHandlers::handle(const Request& request, Moment now, Reply reply) {
  if (auto elsewhere = canonical_redirect(request, config_)) {
    reply(std::move(*elsewhere));
    return;
  }
  const GroupUrl url = parse_group_url(request.path);
  if (url.kind == ".whip" && whip_ != nullptr) {
    whip_->handle(request, now, std::move(reply));
    return;
  }
  reply(answer(request, url, now));
}

Response GroupHandlers::answer(const Request& request, const GroupUrl& url, Moment now) {
  if (url.kind.empty()) return page(request, url, now);
  if (url.kind == ".status" && url.rest.empty()) return status(request, url, now);
  if (url.kind == ".status.json" && url.rest.empty()) {
    return redirect(308, group_page_path(url.group) + ".status");
  }
  return not_found_page(static_root_);
}

Response GroupHandlers::refusal(PageError error) const {
  return error == PageError::kNotFound ? not_found_page(static_root_) : internal_error();
}

std::optional<std::string> GroupHandlers::name_with_plus(std::string_view name, PageError error,
                                                         Moment now) {
  std::string with_plus(name);
  std::replace(with_plus.begin(), with_plus.end(), ' ', '+');
  if (error != PageError::kNotFound || with_plus == name || !groups_.page(with_plus, now)) {
    return std::nullopt;
  }
  return with_plus;
}

Response GroupHandlers::page(const Request& request, const GroupUrl& url, Moment now) {
  if (url.group.empty()) return not_found_page(static_root_);
  const auto group = groups_.page(url.group, now);
  if (!group) {
    if (const auto meant = name_with_plus(url.group, group.error(), now)) {
      std::string location = group_page_path(*meant);
      if (!request.query.empty()) location += "?" + request.query;
      return redirect(308, location);
    }
    return refusal(group.error());
  }
  if (request.path != "/group/" + group->name + "/") {
    std::string location = group_page_path(group->name);
    if (!request.query.empty()) location += "?" + request.query;
    return redirect(308, location);
  }
  if (!group->redirect.empty()) return redirect(308, group->redirect);
  Headers headers;
  add_security_headers(headers, group->auth_server);
  if (request.method != Method::kGet && request.method != Method::kHead) {
    return method_not_allowed("GET, HEAD");
  }
  const auto file = static_root_.open_file(kPageFile);
  if (!file || file->is_directory) return internal_error();
  return encoded_file_response(static_root_, request, *file, std::string(kPageFile),
                               kStaticCacheControl, std::move(headers));
}

Response GroupHandlers::status(const Request& request, const GroupUrl& url, Moment now) {
  if (url.group.empty()) return not_found_page(static_root_);
  const auto base = base_of(request, config_);
  if (!base) return internal_error();
  auto json = groups_.status_json(url.group, *base, now);
  if (!json) {
    if (const auto meant = name_with_plus(url.group, json.error(), now)) {
      json = groups_.status_json(*meant, *base, now);
    }
  }
  return json ? json_response(*json) : refusal(json.error());
}

void PublicGroups::handle(const Request& request, Moment now, Reply reply) {
  const auto base = base_of(request, config_);
  const auto json = base ? groups_.public_groups_json(*base, now)
                         : Result<std::string, PageError>(make_unexpected(PageError::kInternal));
  reply(json ? json_response(*json) : internal_error());
}

}  // namespace halcyon::signald
