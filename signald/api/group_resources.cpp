#include "signald/api/group_resources.h"

#include <string>
#include <utility>

#include "signald/api/api_answers.h"
#include "signald/api/api_body.h"
#include "signald/api/group_changes.h"
#include "signald/auth/jwt.h"
#include "signald/groups/description_update.h"
#include "signald/groups/description_writer.h"
#include "signald/http/error_response.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {

void GroupList::answer(const ApiCall& /*call*/, Reply reply) {
  JsonArray names;
  // A file may have any name, JSON may not hold it.
  for (const std::string& name : files_.names()) names.emplace_back(valid_utf8(name));
  reply(api_json(std::move(names)));
}

void GroupResource::answer(const ApiCall& call, Reply reply) {
  const auto etag = parts_.editor.etag(call.path.group);
  if (!etag) return reply(edit_failure(etag.error(), parts_.static_root));
  const bool writes = call.request->method == Method::kPut;
  if (etag->empty() && !writes) return reply(not_found_page(parts_.static_root));
  if (auto failed = failed_precondition(call, *etag)) return reply(std::move(*failed));
  switch (call.request->method) {
    case Method::kPut:
      return reply(put(call, *etag));
    case Method::kDelete:
      return reply(remove(call, *etag));
    default:
      return reply(get(call));
  }
}

Response GroupResource::get(const ApiCall& call) {
  const auto file = parts_.editor.read(call.path.group);
  if (!file) return edit_failure(file.error(), parts_.static_root);
  return api_json(sanitised_description(*file->description), file->etag);
}

Response GroupResource::put(const ApiCall& call, const std::string& etag) {
  if (auto wrong = wrong_content_type(call, "application/json")) return std::move(*wrong);
  auto fresh = parse_description_update(call.request->body);
  if (!fresh) return bad_request(fresh.error().message);
  const auto done = parts_.editor.put_group(call.path.group, std::move(*fresh), etag);
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, call.now);
  return api_done(etag.empty() ? 201 : 204);
}

Response GroupResource::remove(const ApiCall& call, const std::string& etag) {
  const auto done = parts_.editor.remove_group(call.path.group, etag);
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, call.now);
  return api_done(204);
}

void KeyResource::answer(const ApiCall& call, Reply reply) {
  if (call.request->method == Method::kDelete) return reply(store(call, {}));
  if (auto wrong = wrong_content_type(call, "application/jwk-set+json")) {
    return reply(std::move(*wrong));
  }
  const auto body = read_api_object(call.request->body, {"keys"});
  if (!body) return reply(bad_request("the key set: " + body.error().message));
  const JsonValue* keys = body->find("keys");
  if (keys == nullptr || keys->is_null()) return reply(store(call, {}));
  if (keys->as_array() == nullptr) return reply(bad_request("\"keys\" must be an array"));
  for (const JsonValue& key : *keys->as_array()) {
    if (const auto good = check_jwk(key); !good) {
      return reply(bad_request("bad key: " + good.error().message));
    }
  }
  reply(store(call, *keys->as_array()));
}

Response KeyResource::store(const ApiCall& call, JsonArray keys) {
  const auto done = parts_.editor.set_keys(call.path.group, std::move(keys));
  if (!done) return edit_failure(done.error(), parts_.static_root);
  announce_group_change(parts_.directory, call.path.group, call.now);
  return api_done(204);
}

}  // namespace halcyon::signald
