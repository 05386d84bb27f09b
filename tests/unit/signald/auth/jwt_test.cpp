#include "signald/auth/jwt.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "common/encoding/base64.h"
#include "common/encoding/hex.h"
#include "signald/auth/signature.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr WallTime kNow{1'700'000'100'000'000};
const std::string kHost = "galene.example.org";

const std::string kPayload =
    "eyJzdWIiOiJhbGljZSIsImF1ZCI6Imh0dHBzOi8vZ2FsZW5lLmV4YW1wbGUub3JnL2dyb3VwL2V4YW1wbGUvIiwicGVybW"
    "lzc2lvbnMiOlsicHJlc2VudCIsIm1lc3NhZ2UiXSwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjQwNzA5MDg4MDAsImlzcyI6"
    "Imh0dHBzOi8vYXV0aC5leGFtcGxlLm9yZy8ifQ";
const std::string kTokenA = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + kPayload +
                            ".kbtrK0i20QcAljx1ONO2WfOKMXU0k-lENNFxrCc7_4w";
const std::string kTokenB =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiJhbGljZSIsImF1ZCI6Imh0dHBzOi8vZ2FsZW5lLmV4YW1wbGUub3JnL2dyb3VwL2V4YW1wbGUvIiwicGVybW"
    "lzc2lvbnMiOlsicHJlc2VudCIsIm1lc3NhZ2UiXSwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjQwNzA5MDg4MDAsImlzcyI6"
    "Imh0dHBzOi8vYXV0aC5leGFtcGxlLm9yZy8iLCJpbmNsdWRlLXN1Ymdyb3VwcyI6dHJ1ZX0."
    "m1lfbILg4mZaEzyy0B-r0NwdxqAfgxpzf85lqzmV4Mw";
const std::string kTokenC =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJhdWQiOiJodHRwczovL2dhbGVuZS5leGFtcGxlLm9yZy9ncm91cC9leGFtcGxlLyIsInBlcm1pc3Npb25zIjpbInByZX"
    "NlbnQiLCJtZXNzYWdlIl0sImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MDcwOTA4ODAwLCJpc3MiOiJodHRwczovL2F1dGgu"
    "ZXhhbXBsZS5vcmcvIn0.d5kyQd4fFujdMjWW8lQPNPqkQUsIGL_VeAvTFODZYR8";
const std::string kTokenD =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiJhbGljZSIsImF1ZCI6Imh0dHBzOi8vZ2FsZW5lLmV4YW1wbGUub3JnL2dyb3VwL2V4YW1wbGUvIiwicGVybW"
    "lzc2lvbnMiOlsicHJlc2VudCIsIm1lc3NhZ2UiXSwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE3MDAwMDAwMzAsImlzcyI6"
    "Imh0dHBzOi8vYXV0aC5leGFtcGxlLm9yZy8ifQ._InK3wrT7eRatkVFLhyY2lQNFd5QX0uJxVHsNCCQTxw";

const std::string kGood =
    R"({"kty":"oct","alg":"HS256","k":"MYz3IfCq4Yq-UmPdNqWEOdPl4C_m9imHHs9uveDUJGQ"})";
const std::string kZero =
    R"({"kty":"oct","alg":"HS256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";
const std::string kShort =
    R"({"kty":"oct","alg":"HS256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";
const std::string kEc = R"({"kty":"EC","alg":"ES256","crv":"P-256","kid":"ec1",)"
                        R"("x":"cX1a6jz7nwYKNh44ogsFM7sGdRg9nRjsC4AJKg3MXpA",)"
                        R"("y":"IJuIeFUT9bsM7P5iGzy4f19ERFS0c3l-VBU-yS_cDpQ"})";
const std::string kModulus =
    "-citaimSSqBzjYwq5d0II7WRYP3xRy72rPKem32XISrIkWUgklms6fCD0_Z_HEHIKaIL4LU-1QZ_"
    "1RzTr24RYToFhU3uVh8"
    "nfqr_MqKKTwvbocH-9CMFmxZw4DYNLn6G1Idp1_S8IKcvMurEE4UcTJjSpx1Bjl-"
    "FSPZhJnlLOtQs4HODQYCUillZXW8nsS"
    "LTEh_JpdlUl2i9jvHCmRTiE9qq4-fz4cQ80VbXI_geSnzOzRbPWE10YPy5ykb3RrWMlQiQlgKdn5MI6I-"
    "CMXIeqJznQ0qsy"
    "w-qZr1w3AQY689LI4qyuL-Aqv0vEiXM7LxeuZwIsffF9ue4qpO_gPz_gw";
const std::string kRsaSignature =
    "js2NqMZaO-YwxbgMphPIWLe10I1HpqPDwpwa_FOSffLTEu6ZOe9eMtXeBWI0XMWNc3Z-"
    "inpD7yC6zd7P6Z3E4aKGU14vD5v"
    "qFp943iLJz2GklmhtbO1F2VcuCfXA28Y7WNZ8Bc3ID1zgzf8BvjZYjgXi-_B0PvaAjdVUq9RJrSE5sAhnFY-"
    "GG98tPah3rB"
    "lpRXKCQnEgUUH703aHWKdNRSM3AszQpO2B4fLHjr4Im9yFIvnY9Pk-"
    "Mno2aOZhn4n302qJoMRis9ibON0S8SGd3kZYUZ3FG"
    "uWewEFcgLh9Q5-FE4MSTDQFP8MI32jzogKDYPyU2Ob-AAVVNQs1qlj8ZQ";

JsonArray keys(const std::string& list) { return *parse_json("[" + list + "]")->as_array(); }

bool accepted(const std::string& token, const std::string& list) {
  const auto jwt = parse_jwt(token);
  return jwt && verify_jwt(*jwt, keys(list));
}

std::string encode(const std::string& text) {
  return base64url_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// A token with this header and payload, signed with the good key.
std::string sign(const std::string& header, const std::string& payload) {
  const std::string text = encode(header) + "." + encode(payload);
  const auto key = *hex_decode("318cf721f0aae18abe5263dd36a58439d3e5e02fe6f629871ecf6ebde0d42464");
  return text + "." + base64url_encode(hmac(JwsHash::kSha256, key, text));
}

ResultOr<JwtIdentity> claims(const std::string& payload, std::string_view group = "example",
                             std::string_view host = kHost) {
  const auto jwt = parse_jwt(sign("{}", payload));
  REQUIRE(jwt);
  return read_jwt_claims(*jwt, group, host, kNow);
}

bool audience_accepted(const std::string& aud, std::string_view group = "example",
                       std::string_view host = kHost, bool below = false) {
  return claims(
             R"({"exp":4070908800,"aud":)" + aud + (below ? R"(,"include-subgroups":true})" : "}"),
             group, host)
      .has_value();
}

}  // namespace

TEST_CASE("tokens with known signatures are accepted, for each algorithm") {
  CHECK(accepted(kTokenA, kGood));
  CHECK(accepted(
      "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9." + kPayload +
          ".6ybTHt3741CEFcGRhEPp42ZagZvve9PUbKGrxr_O9HSz4KnqBMZ6rr33-ZTVCp_z",
      R"({"kty":"oct","alg":"HS384","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygp)"
      R"(KissLS4v"})"));
  CHECK(accepted(
      "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9." + kPayload +
          ".kRvP2j523uKuCmXDNr8ufCnD67aDHKux2oDaVkr4T9gsMQbO-4V9PbM11dKHq687bb8B-7y6TiFOF-F7rNUHxQ",
      R"({"kty":"oct","alg":"HS512","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygp)"
      R"(KissLS4vMDEyMzQ1Njc4OTo7PD0-Pw"})"));
  CHECK(accepted(
      "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVjMSJ9." + kPayload +
          ".icfzUhXlU766lmFZSdoUleIosvuPtZTs79NbLFNw9YFXbvhs6B5dCtdfyDzGiS0EVzN5WedN60J-fxaizAywNQ",
      kEc));
  CHECK(accepted("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + kPayload + "." + kRsaSignature,
                 R"({"kty":"RSA","alg":"RS256","e":"AQAB","n":")" + kModulus + "\"}"));
}

TEST_CASE("a changed token or signature is refused, for each kind of key") {
  std::string bad = kTokenA;
  bad[bad.size() - 5] = bad[bad.size() - 5] == 'A' ? 'B' : 'A';
  CHECK_FALSE(accepted(bad, kGood));
  const std::string ec_head = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVjMSJ9." + kPayload;
  CHECK_FALSE(accepted(
      ec_head +
          ".icfzUhXlU766lmFZSdoUleIosvuPtZTs79NbLFNw9YFXbvhs6B5dCtdfyDzGiS0EVzN5WedN60J-fxaizAywNA",
      kEc));
  CHECK_FALSE(accepted(ec_head + "." + std::string(86, 'A'), kEc));
  CHECK_FALSE(accepted(ec_head + ".icfz", kEc));
  std::string rsa = kRsaSignature;
  rsa[10] = rsa[10] == 'A' ? 'B' : 'A';
  CHECK_FALSE(accepted("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + kPayload + "." + rsa,
                       R"({"kty":"RSA","alg":"RS256","e":"AQAB","n":")" + kModulus + "\"}"));
}

TEST_CASE("the header selects keys, and one broken candidate spoils all") {
  std::string with_kid = kGood;
  with_kid.insert(1, R"("kid":"k1",)");
  std::string without_alg = kGood;
  without_alg.replace(without_alg.find(R"("alg":"HS256",)"), 14, "");
  std::string padded = kGood;
  padded.insert(padded.size() - 2, "=");
  std::string okp = kGood;
  okp.replace(okp.find("oct"), 3, "OKP");
  const std::string broken_512 = R"({"kty":"oct","alg":"HS512","k":"AA"})";
  for (const std::string& list : {kGood, kZero + "," + kGood, with_kid, kGood + "," + broken_512,
                                  kGood + "," + without_alg}) {
    CAPTURE(list);
    CHECK(accepted(kTokenA, list));
  }
  for (const std::string& list : {kGood + "," + kShort, kShort + "," + kGood, without_alg, kZero,
                                  kEc, std::string(), padded, okp}) {
    CAPTURE(list);
    CHECK_FALSE(accepted(kTokenA, list));
  }
  const std::string payload = R"({"exp":4070908800})";
  CHECK(accepted(sign(R"({"alg":"HS256","kid":""})", payload), kGood));
  CHECK(accepted(sign(R"({"alg":"HS256","kid":5})", payload), kGood));
  CHECK(accepted(sign(R"({"alg":"HS256","kid":"k1"})", payload), with_kid));
  CHECK_FALSE(accepted(sign(R"({"alg":"HS256","kid":"k2"})", payload), with_kid));
  CHECK_FALSE(accepted(sign(R"({"alg":"HS256","kid":"k1"})", payload), kGood));
  std::string numbered = kGood;
  numbered.insert(1, R"("kid":1,)");
  CHECK_FALSE(accepted(sign(R"({"alg":"HS256","kid":"1"})", payload), numbered));
}

TEST_CASE("a token with extensions that must be understood is refused (RFC 7515 4.1.11)") {
  const std::string payload = R"({"exp":4070908800})";
  CHECK(accepted(sign(R"({"alg":"HS256","b64":true})", payload), kGood));
  for (const char* crit : {R"(["b64"])", R"(["exp"])", "[]", "null", "\"b64\""}) {
    CAPTURE(crit);
    CHECK_FALSE(accepted(
        sign(R"({"alg":"HS256","b64":true,"crit":)" + std::string(crit) + "}", payload), kGood));
  }
}

TEST_CASE("no token gets in by naming another algorithm, or none") {
  const std::string payload = R"({"exp":4070908800})";
  for (const std::string header :
       {"{}", R"({"alg":"none"})", R"({"alg":"hs256"})", R"({"alg":"HS384"})", R"({"alg":5})",
        R"({"alg":""})", R"({"alg":"RS256"})", R"({"alg":"ES256"})"}) {
    CAPTURE(header);
    CHECK_FALSE(accepted(sign(header, payload), kGood));
  }
  const std::string unsigned_token = encode(R"({"alg":"none"})") + "." + encode(payload) + ".";
  CHECK(parse_jwt(unsigned_token));
  CHECK_FALSE(accepted(unsigned_token, kGood + "," + R"({"kty":"oct","alg":"none","k":""})"));
  CHECK_FALSE(accepted(encode(R"({"alg":"HS256"})") + "." + encode(payload) + ".", kGood));
  // The public key of an EC or RSA pair, used by an attacker as if it were a shared secret.
  const std::string text = encode(R"({"alg":"HS256"})") + "." + encode(payload);
  const auto x = *base64url_decode("cX1a6jz7nwYKNh44ogsFM7sGdRg9nRjsC4AJKg3MXpA");
  const std::string confused = text + "." + base64url_encode(hmac(JwsHash::kSha256, x, text));
  CHECK(parse_jwt(confused));
  CHECK_FALSE(accepted(confused, kEc));
}

TEST_CASE("keys are refused when they are not what they say") {
  for (const std::string bad :
       {R"({"kty":"oct","alg":"HS256","k":5})", R"({"kty":"oct","alg":"HS256"})",
        R"({"kty":"EC","alg":"HS256","k":"MYz3IfCq4Yq-UmPdNqWEOdPl4C_m9imHHs9uveDUJGQ"})",
        R"({"kty":"EC","alg":"ES384","crv":"P-384","x":"AQ","y":"AQ"})",
        R"({"kty":"EC","alg":"ES256","crv":"P-256","x":"AQ","y":"AQ"})",
        R"({"kty":"EC","alg":"ES256","crv":"P-384","x":"AQ","y":"AQ"})",
        R"({"kty":"EC","alg":"ES256","crv":"P-256","x":"AQ"})",
        R"({"kty":"RSA","alg":"RS256","n":"AQAB"})",
        R"({"kty":"RSA","alg":"RS256","n":"AQAB","e":"AAAAAAAAAQAB"})",
        R"({"kty":"RSA","alg":"PS256","n":"AQAB","e":"AQAB"})", R"({"kty":"OKP","alg":"EdDSA"})",
        "{}", "[]", "null", "\"key\""}) {
    CAPTURE(bad);
    CHECK_FALSE(check_jwk(*parse_json(bad)));
  }
  CHECK(check_jwk(*parse_json(kGood)));
  CHECK(check_jwk(*parse_json(kEc)));
  CHECK_FALSE(accepted("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + kPayload + ".AQAB",
                       R"({"kty":"RSA","alg":"RS256","n":"AQAB","e":"AQAB"})"));
}

TEST_CASE("only three segments with two objects are a JWT") {
  const std::string object = encode("{}");
  CHECK(parse_jwt(object + "." + object + "."));
  CHECK(parse_jwt(object + "." + object + ".AQAB"));
  for (const std::string& bad :
       {std::string(), std::string("q2tGvYk0x1A"), object + "." + object,
        object + "." + object + ".AQAB.AQAB", object + "." + object + ".AQAB=",
        object + "=." + object + ".AQAB", object + "." + encode("[]") + ".AQAB",
        encode("null") + "." + object + ".AQAB", object + "." + encode("{} x") + ".AQAB",
        object + "." + encode("{") + ".AQAB", "." + object + ".AQAB", std::string("..")}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_jwt(bad));
  }
}

TEST_CASE("claims give a name and permissions") {
  const auto a = read_jwt_claims(*parse_jwt(kTokenA), "example", kHost, kNow);
  REQUIRE(a);
  CHECK(a->username == "alice");
  CHECK(a->permissions == Permissions({"present", "message"}));
  const auto b = parse_jwt(kTokenB);
  CHECK(accepted(kTokenB, kGood));
  CHECK(read_jwt_claims(*b, "example", kHost, kNow));
  CHECK(read_jwt_claims(*b, "example/x/y", kHost, kNow));
  CHECK_FALSE(read_jwt_claims(*b, "example2", kHost, kNow));
  CHECK_FALSE(read_jwt_claims(*parse_jwt(kTokenA), "example/x", kHost, kNow));
  CHECK(accepted(kTokenC, kGood));
  CHECK(read_jwt_claims(*parse_jwt(kTokenC), "example", kHost, kNow)->username.empty());
  CHECK(accepted(kTokenD, kGood));
  CHECK_FALSE(read_jwt_claims(*parse_jwt(kTokenD), "example", kHost, kNow));
}

TEST_CASE("times are checked with five seconds of leeway") {
  const auto timed = [](const std::string& times) {
    return claims(R"({"aud":"https://galene.example.org/group/example/")" + times + "}")
        .has_value();
  };
  CHECK_FALSE(timed(""));
  CHECK_FALSE(timed(R"(,"exp":0)"));
  CHECK_FALSE(timed(R"(,"exp":null)"));
  CHECK_FALSE(timed(R"(,"exp":"4070908800")"));
  CHECK(timed(R"(,"exp":1700000096)"));
  CHECK(timed(R"(,"exp":1700000096.9)"));
  CHECK_FALSE(timed(R"(,"exp":1700000095)"));
  CHECK(timed(R"(,"exp":1e300)"));
  const std::string valid = R"(,"exp":4070908800)";
  for (const std::string claim : {"nbf", "iat"}) {
    CHECK(timed(valid + ",\"" + claim + "\":1700000105"));
    CHECK_FALSE(timed(valid + ",\"" + claim + "\":1700000106"));
    CHECK(timed(valid + ",\"" + claim + "\":0"));
    CHECK_FALSE(timed(valid + ",\"" + claim + "\":null"));
    CHECK_FALSE(timed(valid + ",\"" + claim + "\":\"1\""));
  }
}

TEST_CASE("the audience names the group by its URL") {
  for (
      const std::string aud :
      {R"("https://galene.example.org/group/example/")",
       R"("http://galene.example.org/group/example/")",
       R"("ftp://galene.example.org/group/example/")", R"("//galene.example.org/group/example/")",
       R"("HTTPS://GALENE.EXAMPLE.ORG/group/example/")",
       R"("https://user:pw@galene.example.org/group/example/")",
       R"("https://galene.example.org/group/ex%61mple/")",
       R"("https://galene.example.org/group/example/?x=y#z")",
       R"(["https://galene.example.org/group/other/","https://galene.example.org/group/example/"])",
       R"(["%zz","https://galene.example.org/group/example/"])"}) {
    CAPTURE(aud);
    CHECK(audience_accepted(aud));
  }
  for (const std::string aud :
       {R"("https://galene.example.org:443/group/example/")", R"("/group/example/")",
        R"("https://galene.example.org/group/example")",
        R"("https://galene.example.org/group//example/")",
        R"("https://galene.example.org/group/a/../example/")",
        R"("https://galene.example.org/GROUP/example/")",
        R"("https://galene.example.org/base/group/example/")",
        R"("https://evil.org/group/example/")",
        R"("https://galene.example.org@evil.org/group/example/")",
        R"("mailto:galene.example.org/group/example/")", R"("")", "[]", "5", "null", "{}",
        R"(["https://galene.example.org/group/example/",5])"}) {
    CAPTURE(aud);
    CHECK_FALSE(audience_accepted(aud));
  }
  CHECK(audience_accepted(R"("/group/example/")", "example", ""));
  CHECK(audience_accepted(R"("https://galene.example.org:443/group/example/")", "example", ""));
  CHECK_FALSE(claims(R"({"exp":4070908800})"));
  const std::string root = "\"https://galene.example.org";
  for (const std::string path : {"/group/", "/group/example/"}) {
    CHECK(audience_accepted(root + path + "\"", "example/sub", kHost, true));
  }
  for (const std::string path : {"/group/exam/", "/", "/group/example"}) {
    CHECK_FALSE(audience_accepted(root + path + "\"", "example/sub", kHost, true));
  }
  CHECK_FALSE(audience_accepted(root + "/group/example/sub/\"", "example", kHost, true));
}

TEST_CASE("names and permissions of a wrong type refuse the token") {
  const auto with = [](const std::string& more) {
    return claims(R"({"exp":4070908800,"aud":"https://galene.example.org/group/example/",)" + more +
                  "}");
  };
  CHECK(with(R"("permissions":["op","foo"])")->permissions == Permissions({"op", "foo"}));
  CHECK(with(R"("permissions":null)")->permissions.empty());
  for (const std::string bad : {R"("sub":null)", R"("sub":5)", R"("permissions":"op")",
                                R"("permissions":[1])", R"("permissions":{})"}) {
    CAPTURE(bad);
    CHECK_FALSE(with(bad));
  }
}

TEST_CASE(
    "of each algorithm the right signature is accepted and every known kind of wrong one refused") {
  std::ifstream file(HALCYON_SIGNATURES, std::ios::binary);
  REQUIRE(file.good());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto rows = parse_json(text);
  REQUIRE(rows);
  std::map<std::string, int> right;
  for (const JsonValue& row : *rows->as_array()) {
    const JsonObject& object = *row.as_object();
    const std::string alg = *object.find("alg")->as_string();
    const std::string token = *object.find("token")->as_string();
    const bool is_valid = *object.find("valid")->as_bool();
    CAPTURE(alg);
    CAPTURE(*object.find("comment")->as_string());
    const auto jwt = parse_jwt(token);
    REQUIRE(jwt);
    CHECK(verify_jwt(*jwt, JsonArray{*object.find("key")}).has_value() == is_valid);
    right[alg] += is_valid ? 1 : 0;
  }
  CHECK(right.size() == 13);
  for (const auto& [alg, count] : right) {
    CAPTURE(alg);
    CHECK(count >= 1);
  }
}
