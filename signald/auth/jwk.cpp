#include "signald/auth/jwk.h"

#include <utility>

#include "common/encoding/base64.h"
#include "signald/auth/password.h"
#include "signald/auth/signature.h"

namespace halcyon::signald {

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string_view as_text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// "" when missing or of another type.
std::string text_field(const JsonObject& object, std::string_view name) {
  const JsonValue* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

ResultOr<Bytes> binary_field(const JsonObject& key, std::string_view name) {
  auto bytes = base64url_decode(text_field(key, name));
  if (!bytes || bytes->empty()) {
    return fail("\"" + std::string(name) + "\" must be base64url without padding");
  }
  return std::move(*bytes);
}

ResultOr<JwsVerifier> hmac_verifier(const JsonObject& key, JwsHash hash) {
  auto secret = binary_field(key, "k");
  if (!secret) {
    return fail(secret.error().message);
  }
  if (secret->size() != hash_size(hash)) {
    return fail("\"k\" must have " + std::to_string(hash_size(hash)) + " bytes");
  }
  return JwsVerifier(
      [secret = std::move(*secret), hash](std::string_view text, const Bytes& given) {
        const Bytes right = hmac(hash, secret, text);
        return !right.empty() && equal_in_constant_time(as_text(right), as_text(given));
      });
}

ResultOr<JwsVerifier> elliptic_verifier(const JsonObject& key, Curve curve, std::string_view name,
                                        JwsHash hash) {
  if (text_field(key, "crv") != name) {
    return fail("\"crv\" must be \"" + std::string(name) + "\"");
  }
  const auto x = binary_field(key, "x");
  const auto y = binary_field(key, "y");
  if (!x || !y) {
    return fail(x ? y.error().message : x.error().message);
  }
  auto point = PublicKey::elliptic(curve, *x, *y);
  if (!point) {
    return fail("\"x\" and \"y\" are no point of " + std::string(name));
  }
  return JwsVerifier([point = std::move(*point), hash](std::string_view text, const Bytes& given) {
    return point.verify_ecdsa(hash, text, given);
  });
}

enum class RsaPadding { kPkcs1, kPss };

ResultOr<JwsVerifier> rsa_verifier(const JsonObject& key, RsaPadding padding, JwsHash hash) {
  const auto modulus = binary_field(key, "n");
  const auto exponent = binary_field(key, "e");
  if (!modulus || !exponent) {
    return fail(modulus ? exponent.error().message : modulus.error().message);
  }
  auto rsa = PublicKey::rsa(*modulus, *exponent);
  if (!rsa) {
    return fail("\"n\" must be an odd number of " + std::to_string(kMinRsaBits) + " to " +
                std::to_string(kMaxRsaBits) + " bits, and \"e\" an odd one above 1 of at most " +
                std::to_string(kMaxRsaExponentBytes) + " bytes");
  }
  return JwsVerifier(
      [rsa = std::move(*rsa), padding, hash](std::string_view text, const Bytes& given) {
        return padding == RsaPadding::kPss ? rsa.verify_rsa_pss(hash, text, given)
                                           : rsa.verify_rsa_pkcs1(hash, text, given);
      });
}

ResultOr<JwsVerifier> ed25519_verifier(const JsonObject& key) {
  if (text_field(key, "crv") != "Ed25519") {
    return fail("\"crv\" must be \"Ed25519\"");
  }
  const auto x = binary_field(key, "x");
  if (!x) {
    return fail(x.error().message);
  }
  auto point = PublicKey::ed25519(*x);
  if (!point) {
    return fail("\"x\" must have 32 bytes");
  }
  return JwsVerifier([point = std::move(*point)](std::string_view text, const Bytes& given) {
    return point.verify_ed25519(text, given);
  });
}

struct Algorithm {
  std::string_view alg;
  std::string_view kty;
  ResultOr<JwsVerifier> (*verifier)(const JsonObject& key);
};

/// RFC 7518 3.1 and RFC 8037 3.1. Each key serves one of them only.
constexpr Algorithm kAlgorithms[] = {
    {"HS256", "oct", [](const auto& key) { return hmac_verifier(key, JwsHash::kSha256); }},
    {"HS384", "oct", [](const auto& key) { return hmac_verifier(key, JwsHash::kSha384); }},
    {"HS512", "oct", [](const auto& key) { return hmac_verifier(key, JwsHash::kSha512); }},
    {"ES256", "EC",
     [](const auto& key) {
       return elliptic_verifier(key, Curve::kP256, "P-256", JwsHash::kSha256);
     }},
    {"ES384", "EC",
     [](const auto& key) {
       return elliptic_verifier(key, Curve::kP384, "P-384", JwsHash::kSha384);
     }},
    {"ES512", "EC",
     [](const auto& key) {
       return elliptic_verifier(key, Curve::kP521, "P-521", JwsHash::kSha512);
     }},
    {"RS256", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPkcs1, JwsHash::kSha256); }},
    {"RS384", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPkcs1, JwsHash::kSha384); }},
    {"RS512", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPkcs1, JwsHash::kSha512); }},
    {"PS256", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPss, JwsHash::kSha256); }},
    {"PS384", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPss, JwsHash::kSha384); }},
    {"PS512", "RSA",
     [](const auto& key) { return rsa_verifier(key, RsaPadding::kPss, JwsHash::kSha512); }},
    {"EdDSA", "OKP", ed25519_verifier},
};

}  // namespace

ResultOr<JwsVerifier> read_jwk(const JsonObject& key) {
  const std::string kty = text_field(key, "kty");
  const std::string alg = text_field(key, "alg");
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.kty == kty && algorithm.alg == alg) {
      return algorithm.verifier(key);
    }
  }
  return fail(
      "\"kty\" and \"alg\" must be oct with HS256, HS384 or HS512; EC with ES256, ES384 or ES512; "
      "RSA with RS256, RS384, RS512, PS256, PS384 or PS512; or OKP with EdDSA");
}

ResultOr<void> check_jwk(const JsonValue& key) {
  const JsonObject* object = key.as_object();
  if (object == nullptr) {
    return fail("a key must be an object, not " + std::string(key.type_name()));
  }
  const auto verifier = read_jwk(*object);
  if (!verifier) {
    return fail(verifier.error().message);
  }
  return {};
}

}  // namespace halcyon::signald
