#include "signald/api/api_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "signald/http/error_response.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

Response nothing_there() { return text_error(404, "404 page not found"); }

std::string_view name_of(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kPatch:
    case Method::kOptions:
    case Method::kOther:
      break;
  }
  return "other";
}

/// `methods` is a list such as "HEAD, GET"; none of the names we know is part of another.
bool has_method(std::string_view methods, Method method) {
  return methods.find(name_of(method)) != std::string_view::npos;
}

std::string with_options(std::string_view methods) {
  return methods.empty() ? "OPTIONS" : "OPTIONS, " + std::string(methods);
}

}  // namespace

void ApiHandler::set_resource(ApiPath::Kind kind, ApiResource& resource) {
  resources_.at(static_cast<std::size_t>(kind)) = &resource;
}

ApiResource* ApiHandler::resource_of(ApiPath::Kind kind) const {
  return resources_.at(static_cast<std::size_t>(kind));
}

std::size_t ApiHandler::body_limit(const Request& head) const {
  const bool takes_body = head.method == Method::kPut || head.method == Method::kPost;
  const ApiResource* resource = resource_of(parse_api_path(head.path).kind);
  const bool wanted =
      takes_body && resource != nullptr && has_method(resource->methods(), head.method);
  return wanted ? kMaxApiBody : 0;
}

void ApiHandler::add_cors(const Request& request, Response& response) const {
  const auto config = config_.current();
  if (!config) {
    response.headers.add("vary", "Origin");
    return;
  }
  add_cors_headers(response.headers, request, (*config)->allow_admin_origin);
  if (response.headers.has("access-control-allow-origin")) {
    response.headers.add("access-control-expose-headers", "ETag, Location");
  }
}

Response ApiHandler::preflight(const Request& request, std::string_view methods) const {
  Response response;
  add_cors(request, response);
  response.headers.add("access-control-allow-methods", with_options(methods));
  response.headers.add("access-control-allow-headers",
                       "Authorization, Content-Type, If-Match, If-None-Match");
  return response;
}

void ApiHandler::handle(const Request& request, Moment now, Reply reply) {
  ApiPath path = parse_api_path(request.path);
  const ApiResource* resource = resource_of(path.kind);
  const bool is_vacant = path.kind == ApiPath::Kind::kVacant;
  if (resource == nullptr && !is_vacant) return reply(nothing_there());
  if (request.method == Method::kOptions) {
    return reply(preflight(request, resource == nullptr ? "" : resource->methods()));
  }
  ApiCall call{std::make_shared<const Request>(request), std::move(path), now};
  Reply with_cors = [this, asked = call.request, reply = std::move(reply)](Response response) {
    add_cors(*asked, response);
    reply(std::move(response));
  };
  authorise(call, [this, call, reply = std::move(with_cors)](AdminVerdict verdict, Moment then) {
    if (verdict != AdminVerdict::kAdmitted) return reply(admin_refusal(verdict));
    answer_admitted({call.request, call.path, then}, reply);
  });
}

void ApiHandler::authorise(const ApiCall& call, AdminAuthoriser::Done done) {
  const ApiPath& path = call.path;
  if (path.group.empty()) {
    authoriser_.root(*call.request, call.now, std::move(done));
  } else if (path.kind == ApiPath::Kind::kPassword && !path.user.is_wildcard) {
    authoriser_.password_change(*call.request, path.group, path.user.name, call.now,
                                std::move(done));
  } else {
    authoriser_.group(*call.request, path.group, call.now, std::move(done));
  }
}

void ApiHandler::answer_admitted(ApiCall call, Reply reply) {
  ApiResource* resource = resource_of(call.path.kind);
  if (resource == nullptr) return reply(not_found_page(static_root_));
  if (!has_method(resource->methods(), call.request->method)) {
    return reply(method_not_allowed(with_options(resource->methods())));
  }
  resource->answer(call, std::move(reply));
}

}  // namespace halcyon::signald
