#pragma once

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad {

/// Only for the files of this folder, which are the ones that know mbedTLS. Nothing changes it
/// after generate(), so sessions on several threads may share it: the signature made there has
/// filled the key's table of precomputed points, which mbedTLS would otherwise write at the first
/// use.
struct DtlsCertificate::Impl {
  Impl() {
    mbedtls_x509_crt_init(&certificate);
    mbedtls_pk_init(&key);
  }
  ~Impl() {
    mbedtls_x509_crt_free(&certificate);
    mbedtls_pk_free(&key);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // mbedTLS reads these through pointers to non-const.
  mutable mbedtls_x509_crt certificate;
  mutable mbedtls_pk_context key;
  Fingerprint fingerprint;
};

/// An mbedTLS f_rng whose context is a RandomSource.
int fill_from_random_source(void* random_source, unsigned char* out, std::size_t size);

/// mbedTLS's text for an error code, with the code.
std::string mbedtls_error_text(int code);

}  // namespace halcyon::mediad
