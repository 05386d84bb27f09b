#include "signald/whip/whip_handler.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "signald/auth/password.h"
#include "signald/http/authorization.h"
#include "signald/http/conditional.h"
#include "signald/http/error_response.h"
#include "signald/http/login_refusal.h"
#include "signald/http/origin.h"
#include "signald/whip/ice_fragment.h"
#include "signald/whip/link_headers.h"

namespace halcyon::signald {
namespace {

using Kind = WhipRefusal::Kind;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::string_view kFragment = "application/trickle-ice-sdpfrag";
constexpr std::string_view kEndpointMethods = "OPTIONS, POST";
constexpr std::string_view kResourceMethods = "OPTIONS, DELETE, PATCH";
/// Somebody's stream has to end, or a worker to come back.
constexpr std::string_view kRetryAfter = "5";

Response bad_content_type(std::string_view wanted) {
  Response response = text_error(415, "bad content type");
  response.headers.add("accept", wanted);
  return response;
}

Response unavailable(std::string_view text) {
  Response response = text_error(503, text);
  response.headers.add("retry-after", kRetryAfter);
  return response;
}

/// A session opened with a token is its bearer's; the URL of another is the secret.
bool may_change(const Request& request, const WhipSession& session) {
  if (!session.token) return true;
  const auto token = read_authorization(request.headers).bearer;
  return token && equal_in_constant_time(*session.token, *token);
}

Response with(const Headers& more, Response response) {
  for (const auto& [name, value] : more.fields()) response.headers.add(name, value);
  return response;
}

}  // namespace

std::size_t WhipHandler::body_limit(const Request& head) const {
  const GroupUrl url = parse_group_url(head.path);
  const Method with_body = url.rest.empty() ? Method::kPost : Method::kPatch;
  return head.method == with_body ? kMaxWhipBody : 0;
}

void WhipHandler::handle(const Request& request, Moment now, Reply reply) {
  const GroupUrl url = parse_group_url(request.path);
  if (url.group.empty()) return reply(not_found_page(parts_.static_root));
  if (url.rest.empty()) return endpoint(request, url, now, reply);
  const WhipSession* session = parts_.publishers.find(url.group, url.rest.substr(1));
  if (session == nullptr) return reply(not_found_page(parts_.static_root));
  reply(with(cors_headers(request), resource(request, *session, now)));
}

Headers WhipHandler::cors_headers(const Request& request) {
  Headers headers;
  const auto config = parts_.config.current();
  if (config && (*config)->public_server) {
    headers.add("access-control-allow-origin", "*");
  } else {
    add_cors_headers(headers, request,
                     config ? (*config)->allow_origin : std::vector<std::string>());
  }
  return headers;
}

// --- The endpoint

void WhipHandler::endpoint(const Request& request, const GroupUrl& url, Moment now,
                           const Reply& reply) {
  if (const auto group = parts_.groups.access(url.group, now); !group) {
    return reply(group.error() == AccessError::kInvalid ? internal_error()
                                                        : not_found_page(parts_.static_root));
  }
  const Reply answer = [reply, cors = cors_headers(request)](Response response) {
    reply(with(cors, std::move(response)));
  };
  if (request.method == Method::kOptions) return answer(endpoint_options(now));
  if (request.method != Method::kPost) return answer(method_not_allowed(kEndpointMethods));
  if (!equal_ignoring_case(request.headers.get("content-type"), kSdp)) {
    return answer(bad_content_type(kSdp));
  }
  publish(request, url, now, answer);
}

Response WhipHandler::endpoint_options(Moment now) {
  Response response;
  response.headers.add("access-control-allow-methods", kEndpointMethods);
  response.headers.add("access-control-allow-headers", "Authorization, Content-Type");
  response.headers.add("access-control-expose-headers", "Link");
  add_ice_server_links(response.headers, parts_.ice_servers.servers(now));
  return response;
}

void WhipHandler::publish(const Request& request, const GroupUrl& url, Moment now,
                          const Reply& reply) {
  WhipOffer offer{std::string(url.group), read_authorization(request.headers).bearer, request.peer,
                  request.body};
  parts_.publishers.publish(
      std::move(offer), now,
      [this, reply](Result<WhipPublishers::Published, WhipRefusal> published, Moment then) {
        reply(published ? created(*published, then) : refusal(published.error()));
      });
}

Response WhipHandler::created(const WhipPublishers::Published& published, Moment now) {
  const WhipSession& session = *published.session;
  Response response;
  response.status = 201;
  response.headers.add("location", group_page_path(session.group) + ".whip/" + session.id);
  response.headers.add("content-type", kSdp);
  response.headers.add("etag", session.entity_tag);
  response.headers.add("access-control-expose-headers", "Location, Content-Type, Link, ETag");
  add_ice_server_links(response.headers, parts_.ice_servers.servers(now));
  response.body.emplace_back(published.answer);
  return response;
}

Response WhipHandler::refusal(const WhipRefusal& refusal) const {
  switch (refusal.kind) {
    case Kind::kNoGroup:
    case Kind::kUnknownToken:
      return not_found_page(parts_.static_root);
    case Kind::kNotAuthorised:
      return text_error(401, refusal.text);
    case Kind::kForbidden:
      return text_error(403, refusal.text);
    case Kind::kBadOffer:
      return text_error(400, refusal.text);
    case Kind::kTooManyFailures:
      return too_many_failures(LoginThrottle::kForgetAfter);
    case Kind::kOverloaded:
      return too_many_logins();
    case Kind::kTooManySessions:
    case Kind::kNoWorker:
      return unavailable(refusal.text);
    case Kind::kInternal:
      break;
  }
  spdlog::error("WHIP: {}", refusal.text);
  return internal_error();
}

// --- Resources

Response WhipHandler::resource(const Request& request, const WhipSession& session, Moment now) {
  // Before the token: a browser asks this without one.
  if (request.method == Method::kOptions) {
    Response response;
    response.headers.add("access-control-allow-methods", kResourceMethods);
    response.headers.add("access-control-allow-headers",
                         "Authorization, Content-Type, If-Match, If-None-Match");
    return response;
  }
  if (!may_change(request, session)) return text_error(403, "Forbidden");
  if (request.method != Method::kDelete && request.method != Method::kPatch) {
    return method_not_allowed(kResourceMethods);
  }
  if (const int status = check_entity_tag(request.method, session.entity_tag, request.headers)) {
    Response response;
    response.status = status;
    return response;
  }
  if (request.method == Method::kPatch) return patch(request, session);
  parts_.publishers.end(std::string(session.id), now);
  return {};
}

Response WhipHandler::patch(const Request& request, const WhipSession& session) {
  if (!equal_ignoring_case(request.headers.get("content-type"), kFragment)) {
    return bad_content_type(kFragment);
  }
  const auto ice = parse_ice_fragment(request.body);
  if (!ice) return text_error(400, ice.error().message);
  if (!ice->complete()) return text_error(400, "the fragment has no ICE credentials");
  Response response;
  if (*ice == ice_credentials(session.offer)) {
    response.status = 204;
    return response;
  }
  const auto answer = parts_.publishers.restart(std::string(session.id), *ice);
  if (!answer) return refusal(answer.error());
  response.headers.add("content-type", kFragment);
  response.headers.add("etag", session.entity_tag);
  response.headers.add("access-control-expose-headers", "Content-Type, ETag");
  response.body.emplace_back(*answer);
  return response;
}

}  // namespace halcyon::signald
