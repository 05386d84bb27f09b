#include "signald/auth/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <string>

#include "signald/auth/openssl_free.h"

namespace halcyon::signald {

namespace {

using Number = std::unique_ptr<BIGNUM, OpenSslFree<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpenSslFree<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, OpenSslFree<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpenSslFree<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, OpenSslFree<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::span<const std::uint8_t> without_leading_zeros(std::span<const std::uint8_t> number) {
  while (!number.empty() && number.front() == 0) {
    number = number.subspan(1);
  }
  return number;
}

Number read_number(std::span<const std::uint8_t> bytes) {
  return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

const EVP_MD* library_hash(JwsHash hash) {
  switch (hash) {
    case JwsHash::kSha256:
      return EVP_sha256();
    case JwsHash::kSha384:
      return EVP_sha384();
    case JwsHash::kSha512:
      break;
  }
  return EVP_sha512();
}

EVP_PKEY* key_from_params(const char* type, const ParamBuilder& builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return key;
}

struct CurveProperties {
  const char* name;
  std::size_t field_bytes;
};

CurveProperties properties_of(Curve curve) {
  switch (curve) {
    case Curve::kP256:
      return {"prime256v1", 32};
    case Curve::kP384:
      return {"secp384r1", 48};
    case Curve::kP521:
      break;
  }
  return {"secp521r1", 66};
}

enum class Padding { kNone, kPkcs1, kPss };

/// The library's own verification; `signature` in its form.
bool verify(EVP_PKEY* key, const EVP_MD* hash, Padding padding, std::string_view text,
            std::span<const std::uint8_t> signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the digest context's
  if (!context || EVP_DigestVerifyInit(context.get(), &options, hash, nullptr, key) != 1) {
    return false;
  }
  if (padding == Padding::kPkcs1 && EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) != 1) {
    return false;
  }
  if (padding == Padding::kPss &&
      (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(text),
                          text.size()) == 1;
}

/// What the library takes for an elliptic signature (RFC 3279 2.2.3); empty when it refuses.
std::vector<std::uint8_t> der_of(std::span<const std::uint8_t> r, std::span<const std::uint8_t> s) {
  const EcdsaSignature pair(ECDSA_SIG_new());
  Number r_number = read_number(r);
  Number s_number = read_number(s);
  if (!pair || !r_number || !s_number ||
      ECDSA_SIG_set0(pair.get(), r_number.get(), s_number.get()) != 1) {
    return {};
  }
  // Owned by the pair now.
  (void)r_number.release();
  (void)s_number.release();
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
  if (size <= 0) {
    return {};
  }
  std::vector<std::uint8_t> out(encoded, encoded + size);
  OPENSSL_free(encoded);
  return out;
}

std::vector<std::uint8_t> hmac_with(const EVP_MD* hash, std::span<const std::uint8_t> key,
                                    std::string_view text) {
  std::vector<std::uint8_t> out(static_cast<std::size_t>(EVP_MD_get_size(hash)));
  unsigned int size = 0;
  const unsigned char* done = HMAC(hash, key.data(), static_cast<int>(key.size()), bytes_of(text),
                                   text.size(), out.data(), &size);
  return done != nullptr && size == out.size() ? out : std::vector<std::uint8_t>();
}

}  // namespace

std::size_t hash_size(JwsHash hash) {
  return static_cast<std::size_t>(EVP_MD_get_size(library_hash(hash)));
}

std::vector<std::uint8_t> hmac(JwsHash hash, std::span<const std::uint8_t> key,
                               std::string_view text) {
  return hmac_with(library_hash(hash), key, text);
}

std::vector<std::uint8_t> hmac_sha1(std::span<const std::uint8_t> key, std::string_view text) {
  return hmac_with(EVP_sha1(), key, text);
}

PublicKey::PublicKey(EVP_PKEY* key, std::size_t field_bytes)
    : key_(key, EVP_PKEY_free), field_bytes_(field_bytes) {}

std::optional<PublicKey> PublicKey::elliptic(Curve curve, Bytes x, Bytes y) {
  const auto [name, field_bytes] = properties_of(curve);
  x = without_leading_zeros(x);
  y = without_leading_zeros(y);
  if (x.size() > field_bytes || y.size() > field_bytes) {
    return std::nullopt;
  }
  std::vector<std::uint8_t> point(1 + 2 * field_bytes, 0);
  point[0] = 0x04;  // uncompressed (SEC 1, 2.3.3)
  std::copy_backward(x.begin(), x.end(), point.end() - static_cast<std::ptrdiff_t>(field_bytes));
  std::copy_backward(y.begin(), y.end(), point.end());
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, name, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return std::nullopt;
  }
  // The library takes points of the curve only.
  EVP_PKEY* key = key_from_params("EC", builder);
  return key == nullptr ? std::nullopt : std::optional(PublicKey(key, field_bytes));
}

std::optional<PublicKey> PublicKey::rsa(Bytes modulus, Bytes exponent) {
  modulus = without_leading_zeros(modulus);
  if (exponent.size() > kMaxRsaExponentBytes || modulus.size() * 8 < kMinRsaBits ||
      modulus.size() * 8 > kMaxRsaBits) {
    return std::nullopt;
  }
  const Number n = read_number(modulus);
  const Number e = read_number(exponent);
  // With an exponent of 1 everybody can sign.
  if (!n || !e || BN_is_odd(n.get()) == 0 || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) {
    return std::nullopt;
  }
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return std::nullopt;
  }
  EVP_PKEY* key = key_from_params("RSA", builder);
  return key == nullptr ? std::nullopt : std::optional(PublicKey(key, 0));
}

std::optional<PublicKey> PublicKey::ed25519(Bytes bytes) {
  EVP_PKEY* key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size());
  return key == nullptr ? std::nullopt : std::optional(PublicKey(key, 0));
}

bool PublicKey::verify_ecdsa(JwsHash hash, std::string_view text, Bytes signature) const {
  if (field_bytes_ == 0 || signature.size() != 2 * field_bytes_) {
    return false;
  }
  const auto der = der_of(signature.first(field_bytes_), signature.last(field_bytes_));
  return !der.empty() && verify(key_.get(), library_hash(hash), Padding::kNone, text, der);
}

bool PublicKey::verify_rsa_pkcs1(JwsHash hash, std::string_view text, Bytes signature) const {
  return verify(key_.get(), library_hash(hash), Padding::kPkcs1, text, signature);
}

bool PublicKey::verify_rsa_pss(JwsHash hash, std::string_view text, Bytes signature) const {
  return verify(key_.get(), library_hash(hash), Padding::kPss, text, signature);
}

bool PublicKey::verify_ed25519(std::string_view text, Bytes signature) const {
  // It hashes by itself.
  return verify(key_.get(), nullptr, Padding::kNone, text, signature);
}

}  // namespace halcyon::signald
