#include "signald/api/user_resources.h"

#include <string>
#include <utility>

#include "signald/api/api_answers.h"
#include "signald/api/api_body.h"
#include "signald/api/group_changes.h"
#include "signald/groups/names.h"
#include "signald/http/conditional.h"
#include "signald/http/error_response.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {
namespace {

/// {"permissions": …}; errors are answers.
Result<Grant, Response> read_grant(const std::string& body) {
  const auto fields = read_api_object(body, {"password", "permissions"});
  if (!fields) return unexpected<Response>(bad_request("the user: " + fields.error().message));
  const JsonValue* password = fields->find("password");
  if (password != nullptr && !password->is_null()) {
    return unexpected<Response>(bad_request("user is not sanitised: it has \"password\""));
  }
  if (auto many = too_many_permissions(*fields)) return unexpected<Response>(std::move(*many));
  JsonObject only_permissions;
  if (const JsonValue* permissions = fields->find("permissions")) {
    only_permissions.add("permissions", *permissions);
  }
  auto entry = read_user_entry(std::move(only_permissions));
  if (entry) return std::move(entry->grant);
  constexpr std::string_view kUnknownRole = "unknown permission";
  const bool unknown = entry.error().message.starts_with(kUnknownRole);
  return unexpected<Response>(bad_request(unknown ? kUnknownRole : entry.error().message));
}

}  // namespace

void UserList::answer(const ApiCall& call, Reply reply) {
  if (!is_valid_group_name(call.path.group)) return reply(not_found_page(parts_.static_root));
  const auto found = parts_.files.find(call.path.group);
  const auto description = found
                               ? parts_.files.load(*found)
                               : Result<std::shared_ptr<const GroupDescription>, DescriptionError>(
                                     unexpected<DescriptionError>(found.error()));
  if (!description) {
    return reply(description.error() == DescriptionError::kMissing
                     ? not_found_page(parts_.static_root)
                     : internal_error());
  }
  const std::string etag = entity_tag({found->stamp.size, found->stamp.mtime_ns});
  if (auto failed = failed_precondition(call, etag)) return reply(std::move(*failed));
  JsonArray names;
  for (const auto& [name, entry] : (*description)->users) names.emplace_back(name);
  reply(api_json(std::move(names), etag));
}

void UserResource::answer(const ApiCall& call, Reply reply) {
  const auto file = parts_.editor.read(call.path.group);
  if (!file) return reply(edit_failure(file.error(), parts_.static_root));
  const UserEntry* user = file->find(call.path.user);
  const Method method = call.request->method;
  if (user == nullptr && method != Method::kPut) {
    return reply(not_found_page(parts_.static_root));
  }
  const std::string etag = user == nullptr ? std::string() : file->etag;
  if (auto failed = failed_precondition(call, etag)) return reply(std::move(*failed));
  if (method == Method::kPut) return reply(put(call, etag));
  if (method == Method::kDelete) return reply(remove(call, etag));
  UserEntry sanitised;
  sanitised.grant = user->grant;
  reply(api_json(write_user_entry(sanitised), etag));
}

Response UserResource::put(const ApiCall& call, const std::string& etag) {
  if (auto wrong = wrong_content_type(call, "application/json")) return std::move(*wrong);
  auto grant = read_grant(call.request->body);
  if (!grant) return std::move(grant.error());
  const auto done = parts_.editor.put_user(call.path.group, call.path.user, *grant, etag);
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, call.now);
  return api_done(etag.empty() ? 201 : 204);
}

Response UserResource::remove(const ApiCall& call, const std::string& etag) {
  const auto done = parts_.editor.remove_user(call.path.group, call.path.user, etag);
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, call.now);
  return api_done(204);
}

void PasswordResource::answer(const ApiCall& call, Reply reply) {
  const auto file = parts_.editor.read(call.path.group);
  if (!file) return reply(edit_failure(file.error(), parts_.static_root));
  if (file->find(call.path.user) == nullptr) return reply(not_found_page(parts_.static_root));
  switch (call.request->method) {
    case Method::kPut:
      return put(call, reply);
    case Method::kPost:
      return post(call, std::move(reply));
    default:
      return reply(store(call, Password(), call.now));
  }
}

void PasswordResource::put(const ApiCall& call, const Reply& reply) {
  if (auto wrong = wrong_content_type(call, "application/json")) return reply(std::move(*wrong));
  const auto value = parse_json(call.request->body);
  if (!value) return reply(bad_request("the password: " + value.error().message));
  const auto password = read_password(*value);
  if (!password) return reply(bad_request(password.error().message));
  reply(store(call, *password, call.now));
}

void PasswordResource::post(const ApiCall& call, Reply reply) {
  if (auto wrong = wrong_content_type(call, "text/plain")) return reply(std::move(*wrong));
  hasher_.hash(call.request->body, call.now,
               [this, call, reply = std::move(reply)](ResultOr<Password> password, Moment now) {
                 if (!password) return reply(bad_request(password.error().message));
                 reply(store(call, *password, now));
               });
}

Response PasswordResource::store(const ApiCall& call, const Password& password, Moment now) {
  const auto done = parts_.editor.set_password(call.path.group, call.path.user, password);
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, now);
  return api_done(204);
}

}  // namespace halcyon::signald
