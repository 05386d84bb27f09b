#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/check/check.h"
#include "common/units/moment.h"
#include "signald/auth/jwt.h"
#include "signald/json/json_reader.h"

using namespace halcyon;
using namespace halcyon::signald;

/// A secret that no input knows, and the key of another kind, whose public part everybody knows.
static const JsonArray& keys() {
  static const auto value = parse_json(
      R"([{"kty":"oct","alg":"HS256","k":"RAeQrlgIB49qbNdxBo1xny30tbU_YIMkN25Efg7Gs_w"},
          {"kty":"EC","alg":"ES256","crv":"P-256",
           "x":"dElK9qBNyCpRXdvJsn4GdjrFzScSzpkz_I0JhKbYC88",
           "y":"pBhVb37haKvwEoleoW3qxnT4y5bK35_RTP7_RmFKR6Q"}])");
  return *value->as_array();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = parse_jwt(text);
  if (!token) return 0;
  check(text.starts_with(token->signed_text));
  check(!verify_jwt(*token, keys()));
  static_cast<void>(
      read_jwt_claims(*token, "group", "example.org", WallTime{1'700'000'000'000'000}));
  return 0;
}
