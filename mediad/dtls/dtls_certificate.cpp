#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include <array>
#include <ctime>
#include <utility>

#include "common/check/check.h"
#include "mediad/dtls/dtls_certificate_impl.h"
#include "mediad/dtls/fingerprint_check.h"

namespace halcyon::mediad {
namespace {

// Nobody checks the dates of a certificate that is known by its fingerprint, and a worker may run
// for months.
constexpr TimeDelta kBackdated = TimeDelta::seconds(24 * 3600);
constexpr TimeDelta kValidity = TimeDelta::seconds(10LL * 365 * 24 * 3600);

std::string x509_time(WallTime time) {
  const std::time_t seconds = time.unix_seconds();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &parts);
  return {text, size};
}

class CertificateWriter {
 public:
  CertificateWriter() {
    mbedtls_x509write_crt_init(&crt_);
    mbedtls_mpi_init(&serial_);
  }
  ~CertificateWriter() {
    mbedtls_x509write_crt_free(&crt_);
    mbedtls_mpi_free(&serial_);
  }
  CertificateWriter(const CertificateWriter&) = delete;
  CertificateWriter& operator=(const CertificateWriter&) = delete;

  /// Writes a certificate signed by its own key. Returns the first of mbedTLS's errors, or 0.
  int write(mbedtls_pk_context& key, RandomSource& random, WallTime now,
            std::vector<std::uint8_t>& der) {
    // Random names are never equal, so a peer's self-signed certificate is never taken for one
    // issued by ours and nobody spends time on checking that.
    const std::string name = "CN=" + random.hex(8);
    mbedtls_x509write_crt_set_version(&crt_, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&crt_, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&crt_, &key);
    mbedtls_x509write_crt_set_issuer_key(&crt_, &key);
    int error = mbedtls_x509write_crt_set_subject_name(&crt_, name.c_str());
    if (error == 0) error = mbedtls_x509write_crt_set_issuer_name(&crt_, name.c_str());
    if (error == 0) error = set_serial(random);
    if (error == 0) {
      error = mbedtls_x509write_crt_set_validity(&crt_, x509_time(now + -kBackdated).c_str(),
                                                 x509_time(now + kValidity).c_str());
    }
    if (error != 0) return error;
    std::array<std::uint8_t, 1024> buffer{};
    const int size = mbedtls_x509write_crt_der(&crt_, buffer.data(), buffer.size(),
                                               fill_from_random_source, &random);
    if (size < 0) return size;
    der.assign(buffer.end() - size, buffer.end());  // mbedTLS writes DER from the end
    return 0;
  }

 private:
  int set_serial(RandomSource& random) {
    std::array<std::uint8_t, 8> bytes{};
    random.fill(bytes);
    bytes[0] =
        static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x40);  // positive, and no leading zero
#if MBEDTLS_VERSION_NUMBER >= 0x03040000
    return mbedtls_x509write_crt_set_serial_raw(&crt_, bytes.data(), bytes.size());
#else
    const int error = mbedtls_mpi_read_binary(&serial_, bytes.data(), bytes.size());
    return error != 0 ? error : mbedtls_x509write_crt_set_serial(&crt_, &serial_);
#endif
  }

  mbedtls_x509write_cert crt_;
  mbedtls_mpi serial_;
};

}  // namespace

int fill_from_random_source(void* random_source, unsigned char* out, std::size_t size) {
  static_cast<RandomSource*>(random_source)->fill({out, size});
  return 0;
}

std::string mbedtls_error_text(int code) {
  char text[160] = "";
  mbedtls_strerror(code, text, sizeof text);
  char number[16];
  std::snprintf(number, sizeof number, " (-0x%04x)", static_cast<unsigned>(-code));
  return std::string(text) + number;
}

DtlsCertificate::DtlsCertificate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DtlsCertificate::~DtlsCertificate() = default;

const Fingerprint& DtlsCertificate::fingerprint() const { return impl_->fingerprint; }

std::span<const std::uint8_t> DtlsCertificate::der() const {
  return {impl_->certificate.raw.p, impl_->certificate.raw.len};
}

ResultOr<std::shared_ptr<const DtlsCertificate>> DtlsCertificate::generate(RandomSource& random,
                                                                           WallTime now) {
  auto impl = std::make_unique<Impl>();
  int error = mbedtls_pk_setup(&impl->key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
  if (error == 0) {
    error = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(impl->key),
                                fill_from_random_source, &random);
  }
  std::vector<std::uint8_t> der;
  if (error == 0) error = CertificateWriter().write(impl->key, random, now, der);
  if (error == 0) error = mbedtls_x509_crt_parse_der(&impl->certificate, der.data(), der.size());
  if (error != 0) {
    return fail("cannot make a DTLS certificate: " + mbedtls_error_text(error));
  }
  std::optional<std::vector<std::uint8_t>> digest = certificate_digest("sha-256", der);
  check(digest.has_value());
  impl->fingerprint = Fingerprint{"sha-256", std::move(*digest)};
  return std::shared_ptr<const DtlsCertificate>(new DtlsCertificate(std::move(impl)));
}

}  // namespace halcyon::mediad
