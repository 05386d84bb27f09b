#include "signald/api/token_resources.h"

#include <optional>
#include <utility>

#include "signald/api/api_answers.h"
#include "signald/api/api_body.h"
#include "signald/groups/names.h"
#include "signald/http/error_response.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"
#include "signald/session/token_actions.h"

namespace halcyon::signald {
namespace {

/// What one token takes in the file: ten thousand of them stay below what the file may have.
constexpr std::size_t kMaxTokenText = 4096;

/// What a client wants a token to be; the URL says its name and its group.
Result<StatefulToken, Response> read_token(const ApiCall& call) {
  const auto fields = read_api_object(
      call.request->body, {"token", "group", "includeSubgroups", "username", "permissions",
                           "expires", "not-before", "issuedAt", "issuedBy"});
  if (!fields) return unexpected<Response>(bad_request("the token: " + fields.error().message));
  if (auto many = too_many_permissions(*fields)) return unexpected<Response>(std::move(*many));
  auto token = read_stateful_token(*fields);
  if (!token) return unexpected<Response>(bad_request(token.error().message));
  if (!token->token.empty() || !token->group.empty()) {
    return unexpected<Response>(bad_request("overspecified token"));
  }
  token->group = call.path.group;
  if (write_json(write_stateful_token(*token)).size() + call.path.token.size() > kMaxTokenText) {
    return unexpected<Response>(text_error(413, "the token is too large"));
  }
  return std::move(*token);
}

}  // namespace

void TokenResources::answer(const ApiCall& call, Reply reply) {
  if (!group_exists(call.path.group)) return reply(not_found_page(parts_.static_root));
  reply(call.path.kind == ApiPath::Kind::kTokens ? answer_collection(call) : answer_token(call));
}

bool TokenResources::group_exists(const std::string& group) const {
  if (group.empty()) return true;
  if (!is_valid_group_name(group)) return false;
  const auto found = parts_.files.find(group);
  return found && parts_.files.load(*found);
}

Response TokenResources::answer_collection(const ApiCall& call) {
  switch (call.request->method) {
    case Method::kGet:
    case Method::kHead:
      return list(call);
    case Method::kPost:
      return create(call);
    default:
      return method_not_allowed("OPTIONS, HEAD, GET, POST");
  }
}

Response TokenResources::list(const ApiCall& call) {
  const auto etag = parts_.tokens.etag();
  if (!etag) return token_failure(etag.error(), parts_.static_root);
  const auto tokens = parts_.tokens.list(call.path.group);
  if (!tokens) return token_failure(tokens.error(), parts_.static_root);
  JsonArray names;
  for (const StatefulToken& token : *tokens) names.emplace_back(token.token);
  return api_json(std::move(names), *etag);
}

std::optional<Response> TokenResources::group_full(const ApiCall& call) {
  const auto count = parts_.tokens.count(call.path.group);
  if (!count) return token_failure(count.error(), parts_.static_root);
  if (*count < TokenActions::kMaxTokensPerGroup) return std::nullopt;
  return text_error(409, "the group has too many tokens: delete some");
}

Response TokenResources::create(const ApiCall& call) {
  if (auto wrong = wrong_content_type(call, "application/json")) return std::move(*wrong);
  if (auto full = group_full(call)) return std::move(*full);
  auto token = read_token(call);
  if (!token) return std::move(token.error());
  token->token = parts_.random.base64url(TokenActions::kSecretBytes);
  if (const auto done = parts_.tokens.add(*token); !done) {
    return token_failure(done.error(), parts_.static_root);
  }
  Response response = api_done(201);
  response.headers.add("location", token->token);
  return response;
}

Response TokenResources::answer_token(const ApiCall& call) {
  const Method method = call.request->method;
  if (method == Method::kPost) {
    return method_not_allowed("OPTIONS, HEAD, GET, PUT, DELETE");
  }
  const auto found = parts_.tokens.find(call.path.token);
  const bool is_unknown = !found && found.error().kind == TokenError::Kind::kUnknown;
  if (!found && (!is_unknown || method != Method::kPut)) {
    return token_failure(found.error(), parts_.static_root);
  }
  if (found && found->group != call.path.group) {
    return method == Method::kPut ? text_error(409, "token exists in different group")
                                  : text_error(404, "404 page not found");
  }
  const auto current = parts_.tokens.etag();
  if (!current) return token_failure(current.error(), parts_.static_root);
  const std::string etag = found ? *current : std::string();
  if (auto failed = failed_precondition(call, etag)) return std::move(*failed);
  if (method == Method::kPut) return put(call, etag);
  if (method == Method::kDelete) return remove(call, etag);
  StatefulToken shown = *found;
  shown.token.clear();
  shown.group.clear();
  return api_json(write_stateful_token(shown), etag);
}

Response TokenResources::put(const ApiCall& call, const std::string& etag) {
  if (auto wrong = wrong_content_type(call, "application/json")) return std::move(*wrong);
  if (etag.empty()) {
    // The file could not hold it.
    if (valid_utf8(call.path.token) != call.path.token) return bad_request("illegal token");
    if (auto full = group_full(call)) return std::move(*full);
  }
  auto token = read_token(call);
  if (!token) return std::move(token.error());
  token->token = call.path.token;
  if (const auto done = parts_.tokens.put(*token, etag); !done) {
    return token_failure(done.error(), parts_.static_root);
  }
  return api_done(etag.empty() ? 201 : 204);
}

Response TokenResources::remove(const ApiCall& call, const std::string& etag) {
  if (const auto done = parts_.tokens.erase(call.path.token, etag); !done) {
    return token_failure(done.error(), parts_.static_root);
  }
  return api_done(204);
}

}  // namespace halcyon::signald
