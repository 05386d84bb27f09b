#include "signald/auth/signature.h"

#include <mbedtls/bignum.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#include <algorithm>
#include <array>

namespace halcyon::signald {

namespace {

constexpr std::size_t kP256Bytes = 32;

using Sha256 = std::array<std::uint8_t, 32>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::span<const std::uint8_t> without_leading_zeros(std::span<const std::uint8_t> number) {
  while (!number.empty() && number.front() == 0) {
    number = number.subspan(1);
  }
  return number;
}

std::optional<Sha256> sha256(std::string_view text) {
  Sha256 out{};
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
  if (info == nullptr || mbedtls_md(info, bytes_of(text), text.size(), out.data()) != 0) {
    return std::nullopt;
  }
  return out;
}

/// Each wraps one structure of the library for as long as it lives.
class Number {
 public:
  Number() { mbedtls_mpi_init(&value_); }
  ~Number() { mbedtls_mpi_free(&value_); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  bool read(std::span<const std::uint8_t> bytes) {
    return mbedtls_mpi_read_binary(&value_, bytes.data(), bytes.size()) == 0;
  }
  const mbedtls_mpi* get() const { return &value_; }

 private:
  mbedtls_mpi value_;
};

class P256Point {
 public:
  P256Point() {
    mbedtls_ecp_group_init(&group_);
    mbedtls_ecp_point_init(&point_);
    ready_ = mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1) == 0;
  }
  ~P256Point() {
    mbedtls_ecp_point_free(&point_);
    mbedtls_ecp_group_free(&group_);
  }
  P256Point(const P256Point&) = delete;
  P256Point& operator=(const P256Point&) = delete;

  bool read(std::span<const std::uint8_t> bytes) {
    return ready_ &&
           mbedtls_ecp_point_read_binary(&group_, &point_, bytes.data(), bytes.size()) == 0 &&
           mbedtls_ecp_check_pubkey(&group_, &point_) == 0;
  }
  bool verify(const Sha256& hash, const Number& r, const Number& s) {
    return mbedtls_ecdsa_verify(&group_, hash.data(), hash.size(), &point_, r.get(), s.get()) == 0;
  }

 private:
  mbedtls_ecp_group group_;
  mbedtls_ecp_point point_;
  bool ready_ = false;
};

class RsaKey {
 public:
  RsaKey() {
#if MBEDTLS_VERSION_MAJOR >= 3
    mbedtls_rsa_init(&key_);
#else
    mbedtls_rsa_init(&key_, MBEDTLS_RSA_PKCS_V15, 0);
#endif
  }
  ~RsaKey() { mbedtls_rsa_free(&key_); }
  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;

  bool read(std::span<const std::uint8_t> modulus, std::span<const std::uint8_t> exponent) {
    return mbedtls_rsa_import_raw(&key_, modulus.data(), modulus.size(), nullptr, 0, nullptr, 0,
                                  nullptr, 0, exponent.data(), exponent.size()) == 0 &&
           mbedtls_rsa_complete(&key_) == 0 && mbedtls_rsa_check_pubkey(&key_) == 0;
  }
  bool verify(const Sha256& hash, std::span<const std::uint8_t> signature) {
    if (signature.size() != mbedtls_rsa_get_len(&key_)) {
      return false;
    }
#if MBEDTLS_VERSION_MAJOR >= 3
    return mbedtls_rsa_pkcs1_verify(&key_, MBEDTLS_MD_SHA256, hash.size(), hash.data(),
                                    signature.data()) == 0;
#else
    return mbedtls_rsa_pkcs1_verify(&key_, nullptr, nullptr, MBEDTLS_RSA_PUBLIC, MBEDTLS_MD_SHA256,
                                    hash.size(), hash.data(), signature.data()) == 0;
#endif
  }

 private:
  mbedtls_rsa_context key_;
};

mbedtls_md_type_t library_type(HmacHash hash) {
  switch (hash) {
    case HmacHash::kSha1:
      return MBEDTLS_MD_SHA1;
    case HmacHash::kSha256:
      return MBEDTLS_MD_SHA256;
    case HmacHash::kSha384:
      return MBEDTLS_MD_SHA384;
    case HmacHash::kSha512:
      break;
  }
  return MBEDTLS_MD_SHA512;
}

}  // namespace

std::size_t hash_size(HmacHash hash) {
  switch (hash) {
    case HmacHash::kSha1:
      return 20;
    case HmacHash::kSha256:
      return 32;
    case HmacHash::kSha384:
      return 48;
    case HmacHash::kSha512:
      break;
  }
  return 64;
}

std::vector<std::uint8_t> hmac(HmacHash hash, std::span<const std::uint8_t> key,
                               std::string_view text) {
  std::vector<std::uint8_t> out(hash_size(hash));
  const mbedtls_md_info_t* info = mbedtls_md_info_from_type(library_type(hash));
  if (info == nullptr ||
      mbedtls_md_hmac(info, key.data(), key.size(), bytes_of(text), text.size(), out.data()) != 0) {
    return {};
  }
  return out;
}

std::optional<P256Key> make_p256_key(std::span<const std::uint8_t> x,
                                     std::span<const std::uint8_t> y) {
  x = without_leading_zeros(x);
  y = without_leading_zeros(y);
  if (x.size() > kP256Bytes || y.size() > kP256Bytes) {
    return std::nullopt;
  }
  P256Key key;
  key.point.assign(1 + 2 * kP256Bytes, 0);
  key.point[0] = 0x04;
  std::copy(x.begin(), x.end(), key.point.end() - kP256Bytes - static_cast<long>(x.size()));
  std::copy(y.begin(), y.end(), key.point.end() - static_cast<long>(y.size()));
  P256Point point;
  return point.read(key.point) ? std::optional(std::move(key)) : std::nullopt;
}

bool verify_es256(const P256Key& key, std::string_view text,
                  std::span<const std::uint8_t> signature) {
  const auto hash = sha256(text);
  P256Point point;
  Number r;
  Number s;
  return hash && signature.size() == 2 * kP256Bytes && point.read(key.point) &&
         r.read(signature.first(kP256Bytes)) && s.read(signature.last(kP256Bytes)) &&
         point.verify(*hash, r, s);
}

bool verify_rs256(std::span<const std::uint8_t> modulus, std::span<const std::uint8_t> exponent,
                  std::string_view text, std::span<const std::uint8_t> signature) {
  modulus = without_leading_zeros(modulus);
  const std::size_t bits = modulus.size() * 8;
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return false;
  }
  const auto hash = sha256(text);
  RsaKey key;
  return hash && key.read(modulus, exponent) && key.verify(*hash, signature);
}

}  // namespace halcyon::signald
