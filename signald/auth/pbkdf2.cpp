#include <mbedtls/md.h>
#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>

#include "signald/auth/key_derivation.h"

namespace halcyon::signald {

namespace {

class HmacContext {
 public:
  HmacContext() {
    mbedtls_md_init(&context_);
    const mbedtls_md_info_t* info = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    ready_ = info != nullptr && mbedtls_md_setup(&context_, info, 1) == 0;
  }
  ~HmacContext() { mbedtls_md_free(&context_); }
  HmacContext(const HmacContext&) = delete;
  HmacContext& operator=(const HmacContext&) = delete;

  bool ready() const { return ready_; }
  mbedtls_md_context_t* get() { return &context_; }

 private:
  mbedtls_md_context_t context_;
  bool ready_ = false;
};

}  // namespace

std::optional<std::vector<std::uint8_t>> pbkdf2_hmac_sha256(std::string_view password,
                                                            std::span<const std::uint8_t> salt,
                                                            std::uint32_t iterations,
                                                            std::size_t length) {
  std::vector<std::uint8_t> out(length);
  const auto* secret = reinterpret_cast<const unsigned char*>(password.data());
#if MBEDTLS_VERSION_NUMBER >= 0x03030000
  const int result = mbedtls_pkcs5_pbkdf2_hmac_ext(MBEDTLS_MD_SHA256, secret, password.size(),
                                                   salt.data(), salt.size(), iterations,
                                                   static_cast<std::uint32_t>(length), out.data());
#else
  HmacContext context;
  if (!context.ready()) {
    return std::nullopt;
  }
  const int result =
      mbedtls_pkcs5_pbkdf2_hmac(context.get(), secret, password.size(), salt.data(), salt.size(),
                                iterations, static_cast<std::uint32_t>(length), out.data());
#endif
  if (result != 0) {
    return std::nullopt;
  }
  return out;
}

}  // namespace halcyon::signald
