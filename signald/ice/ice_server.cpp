#include "signald/ice/ice_server.h"

#include "common/encoding/base64.h"
#include "signald/auth/signature.h"

namespace halcyon::signald {

JsonObject to_json(const IceServer& server) {
  JsonArray urls;
  for (const std::string& url : server.urls) urls.emplace_back(url);
  JsonObject json;
  json.add("urls", std::move(urls));
  if (!server.username.empty()) json.add("username", server.username);
  if (!server.credential.is_null()) json.add("credential", server.credential);
  json.add("credentialType", server.credential_type);
  return json;
}

TurnCredentials make_turn_credentials(std::string_view secret, std::string_view user,
                                      WallTime now) {
  TurnCredentials credentials;
  credentials.username = std::to_string((now + kTurnCredentialLifetime).unix_seconds());
  if (!user.empty()) credentials.username.append(":").append(user);
  const auto* key = reinterpret_cast<const std::uint8_t*>(secret.data());
  credentials.password = base64_encode(hmac_sha1({key, secret.size()}, credentials.username));
  return credentials;
}

}  // namespace halcyon::signald
