#include "signald/ice/ice_servers_file.h"

#include <utility>

#include "common/result/error.h"
#include "signald/ice/ice_url.h"
#include "signald/json/ascii_case.h"
#include "signald/json/field_reader.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {
namespace {

/// Checks the URLs; tells whether a TURN server is among them.
ResultOr<bool> has_turn_url(const std::vector<std::string>& urls) {
  if (urls.empty()) return fail("it has no urls");
  bool turn = false;
  for (const std::string& url : urls) {
    const auto scheme = check_ice_url(url);
    if (!scheme) return make_unexpected(scheme.error());
    turn = turn || is_turn(*scheme);
  }
  return turn;
}

/// Names of fields match in any case, as in all files.
JsonObject with_lower_keys(const JsonObject& object) {
  JsonObject out;
  for (const JsonMember& field : object) out.add(lower_ascii(field.key), field.value);
  return out;
}

ResultOr<IceServerEntry> read_entry(const JsonValue& value) {
  const JsonObject* object = value.as_object();
  if (object == nullptr) return fail("it must be an object, not " + std::string(value.type_name()));
  const JsonObject lowered = with_lower_keys(*object);
  FieldReader fields(lowered);
  IceServerEntry entry;
  IceServer& server = entry.server;
  server.urls = fields.strings("urls");
  server.username = fields.string("username");
  server.credential = fields.value("credential");
  const std::string type = fields.string("credentialtype");
  if (fields.failed()) return fail(fields.error());
  const auto turn = has_turn_url(server.urls);
  if (!turn) return make_unexpected(turn.error());

  const std::string* text = server.credential.as_string();
  const bool has_text = text != nullptr && !text->empty();
  if (type == "hmac-sha1") {
    if (!has_text) return fail("hmac-sha1 needs a credential that is a string: the shared secret");
    entry.secret = *text;
  } else if (type.empty() || type == "password") {
    if (*turn && (server.username.empty() || !has_text)) {
      return fail("a TURN server needs a username and a credential");
    }
    if (!server.credential.is_null() && text == nullptr) {
      return fail("the credential must be a string");
    }
  } else if (type == "oauth") {
    server.credential_type = type;
  } else {
    return fail("the credentialType \"" + type + "\" is none of password, hmac-sha1, oauth");
  }
  return entry;
}

}  // namespace

IceServersFile parse_ice_servers(std::string_view text) {
  IceServersFile file;
  const auto value = parse_json(text);
  if (!value) {
    file.problems.push_back(value.error().message);
    return file;
  }
  if (value->is_null()) return file;
  const JsonArray* array = value->as_array();
  if (array == nullptr) {
    file.problems.push_back("the file must hold an array, not " + std::string(value->type_name()));
    return file;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto entry = read_entry((*array)[i]);
    if (entry) {
      file.entries.push_back(std::move(*entry));
    } else {
      file.problems.push_back("entry " + std::to_string(i + 1) +
                              " is left out: " + entry.error().message);
    }
  }
  return file;
}

IceServer effective_server(const IceServerEntry& entry, WallTime now) {
  IceServer server = entry.server;
  if (entry.secret.empty()) return server;
  TurnCredentials made = make_turn_credentials(entry.secret, server.username, now);
  server.username = std::move(made.username);
  server.credential = std::move(made.password);
  return server;
}

}  // namespace halcyon::signald
