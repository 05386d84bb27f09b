#include "signald/http/router.h"

#include <algorithm>

#include "signald/http/error_response.h"
#include "signald/http/request_path.h"

namespace halcyon::signald {

void Router::add_exact(std::string path, Handler& handler) {
  exact_.emplace_back(std::move(path), &handler);
}

void Router::add_prefix(std::string prefix, Handler& handler) {
  prefixes_.emplace_back(std::move(prefix), &handler);
  std::stable_sort(prefixes_.begin(), prefixes_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

Handler& Router::find(std::string_view path) const {
  // No name of ours has one in it, and files that are opened by name would be others.
  if (path.find('\0') != std::string_view::npos) return fallback_;
  for (const auto& [exact, handler] : exact_) {
    if (path == exact) return *handler;
  }
  for (const auto& [prefix, handler] : prefixes_) {
    if (path.starts_with(prefix)) return *handler;
  }
  return fallback_;
}

bool Router::lacks_slash(std::string_view path) const {
  const bool is_exact = std::any_of(exact_.begin(), exact_.end(),
                                    [&](const auto& entry) { return path == entry.first; });
  return !is_exact && std::any_of(prefixes_.begin(), prefixes_.end(), [&](const auto& entry) {
    return path == std::string_view(entry.first).substr(0, entry.first.size() - 1);
  });
}

std::size_t Router::body_limit(const Request& head) const {
  return find(head.path).body_limit(head);
}

void Router::handle(const Request& request, Moment now, Reply reply) {
  // As it was sent, so that an encoded dot is none (http.md 4.3).
  if (const std::string clean = clean_path(request.escaped_path); clean != request.escaped_path) {
    reply(redirect(301, request.query.empty() ? clean : clean + "?" + request.query));
    return;
  }
  if (lacks_slash(request.path)) {
    reply(redirect(301, location_of(request.path + "/", request.query)));
    return;
  }
  find(request.path).handle(request, now, std::move(reply));
}

void NotAnUpgrade::handle(const Request& request, Moment /*now*/, Reply reply) {
  Response response = request.method == Method::kGet || request.method == Method::kHead
                          ? text_error(400, "Bad Request")
                          : text_error(405, "Method Not Allowed");
  response.headers.add("sec-websocket-version", "13");
  reply(std::move(response));
}

}  // namespace halcyon::signald
