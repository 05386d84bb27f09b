#include "mediad/dtls/dtls_engine.h"

#include <mbedtls/platform_util.h>
#include <mbedtls/version.h>

#include <algorithm>
#include <utility>

#include "common/check/check.h"
#include "mediad/dtls/dtls_certificate_impl.h"
#include "mediad/dtls/fingerprint_check.h"

namespace halcyon::mediad {
namespace {

// Below the 1280 of IPv6 less headers, tunnels and TURN.
constexpr std::uint16_t kMtu = 1200;
// WebRTC's peers are near and a lost flight delays a picture, so the first retransmission comes
// sooner than RFC 6347's 1 s, and later ones at most this far apart.
constexpr std::uint32_t kFirstRetransmissionMs = 250;
constexpr std::uint32_t kMaxRetransmissionMs = 2000;
// mbedTLS gives up when its doubled timeout has reached this; the session's own timeout is sooner.
constexpr std::uint32_t kNeverGiveUpMs = kFirstRetransmissionMs << 20;
// A flight has at most 4; a datagram full of old handshake records would ask for it dozens of
// times.
constexpr std::size_t kMaxDatagramsPerStep = 12;

// RFC 8827 6.5 makes the first one mandatory for every WebRTC endpoint. The second is for a peer
// that is the server and has an RSA certificate.
const int kCipherSuites[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0};
const mbedtls_ssl_srtp_profile kSrtpProfiles[] = {MBEDTLS_TLS_SRTP_AES128_CM_HMAC_SHA1_80,
                                                  MBEDTLS_TLS_SRTP_UNSET};
#if MBEDTLS_VERSION_MAJOR >= 3
const std::uint16_t kGroups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519,
                                 MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1, 0};
#else
const mbedtls_ecp_group_id kCurves[] = {MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1,
                                        MBEDTLS_ECP_DP_NONE};
#endif

}  // namespace

DtlsEngine::DtlsEngine(std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
                       std::vector<Fingerprint> expected, RandomSource& random)
    : certificate_(std::move(certificate)),
      role_(role),
      expected_(std::move(expected)),
      random_(random) {
  mbedtls_ssl_config_init(&config_);
  mbedtls_ssl_init(&ssl_);
}

DtlsEngine::~DtlsEngine() {
  mbedtls_ssl_free(&ssl_);
  mbedtls_ssl_config_free(&config_);
  mbedtls_platform_zeroize(keying_material_.data(), keying_material_.size());
}

ResultOr<std::unique_ptr<DtlsEngine>> DtlsEngine::create(
    std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
    std::vector<Fingerprint> expected, RandomSource& random) {
  std::unique_ptr<DtlsEngine> engine(
      new DtlsEngine(std::move(certificate), role, std::move(expected), random));
  const int error = engine->configure();
  if (error != 0) return fail("cannot begin a DTLS handshake: " + mbedtls_error_text(error));
  return engine;
}

int DtlsEngine::configure() {
  int error = mbedtls_ssl_config_defaults(
      &config_, role_ == DtlsRole::kServer ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
      MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT);
  if (error != 0) return error;
  configure_algorithms();
  mbedtls_ssl_conf_rng(&config_, fill_from_random_source, &random_);
  mbedtls_ssl_conf_handshake_timeout(&config_, kFirstRetransmissionMs, kNeverGiveUpMs);
  // No HelloVerifyRequest: the ICE check that went before has proved the peer's address, and a
  // round trip is a delay.
  if (role_ == DtlsRole::kServer) {
    mbedtls_ssl_conf_dtls_cookies(&config_, nullptr, nullptr, nullptr);
  }
  const DtlsCertificate::Impl& own = certificate_->impl();
  error = mbedtls_ssl_conf_own_cert(&config_, &own.certificate, &own.key);
  if (error != 0) return error;
  // A peer without a certificate must fail, so it is required; that needs an authority, and any
  // will do because verify() decides alone. The name of ours is not sent.
  mbedtls_ssl_conf_authmode(&config_, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(&config_, &own.certificate, nullptr);
  mbedtls_ssl_conf_verify(&config_, verify, this);
  if (role_ == DtlsRole::kServer) {
    mbedtls_ssl_conf_cert_req_ca_list(&config_, MBEDTLS_SSL_CERT_REQ_CA_LIST_DISABLED);
  } else {
    mbedtls_ssl_conf_session_tickets(&config_, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
  }
  error = mbedtls_ssl_conf_dtls_srtp_protection_profiles(&config_, kSrtpProfiles);
  if (error != 0) return error;
  error = mbedtls_ssl_setup(&ssl_, &config_);
  if (error != 0) return error;
  if (role_ == DtlsRole::kClient) error = mbedtls_ssl_set_hostname(&ssl_, nullptr);
  mbedtls_ssl_set_mtu(&ssl_, kMtu);
  mbedtls_ssl_set_bio(&ssl_, this, send, receive, nullptr);
  mbedtls_ssl_set_timer_cb(&ssl_, this, set_timer, get_timer);
  return error;
}

void DtlsEngine::configure_algorithms() {
  mbedtls_ssl_conf_ciphersuites(&config_, kCipherSuites);
#if MBEDTLS_VERSION_MAJOR >= 3
  mbedtls_ssl_conf_min_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config_, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_groups(&config_, kGroups);
  mbedtls_ssl_set_export_keys_cb(
      &ssl_,
      [](void* engine, mbedtls_ssl_key_export_type type, const unsigned char* secret,
         std::size_t size, const unsigned char client_random[32],
         const unsigned char server_random[32], mbedtls_tls_prf_types prf) {
        if (type != MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET) return;
        static_cast<DtlsEngine*>(engine)->export_keys(secret, size, client_random, server_random,
                                                      prf);
      },
      this);
#else
  mbedtls_ssl_conf_min_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_max_version(&config_, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_curves(&config_, kCurves);
  mbedtls_ssl_conf_export_keys_ext_cb(
      &config_,
      [](void* engine, const unsigned char* secret, const unsigned char*, std::size_t, std::size_t,
         std::size_t, const unsigned char client_random[32], const unsigned char server_random[32],
         mbedtls_tls_prf_types prf) {
        constexpr std::size_t kMasterSecretSize = 48;  // RFC 5246 8.1
        return static_cast<DtlsEngine*>(engine)->export_keys(secret, kMasterSecretSize,
                                                             client_random, server_random, prf)
                   ? 0
                   : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
      },
      this);
#endif
}

/// RFC 5764 4.2 by RFC 5705 4. Comes before the peer's Finished is checked, so nothing leaves the
/// engine yet.
bool DtlsEngine::export_keys(const unsigned char* master_secret, std::size_t size,
                             const unsigned char client_random[32],
                             const unsigned char server_random[32], mbedtls_tls_prf_types prf) {
  std::array<std::uint8_t, 64> randoms{};
  std::copy_n(client_random, 32, randoms.begin());
  std::copy_n(server_random, 32, randoms.begin() + 32);
  has_keying_material_ =
      mbedtls_ssl_tls_prf(prf, master_secret, size, "EXTRACTOR-dtls_srtp", randoms.data(),
                          randoms.size(), keying_material_.data(), keying_material_.size()) == 0;
  return has_keying_material_;
}

SrtpKeys DtlsEngine::take_keys() {
  check(has_keying_material_);
  // The client's key, the server's, the client's salt, the server's.
  SrtpKeys keys;
  std::array<std::uint8_t, 30>& client = role_ == DtlsRole::kClient ? keys.send : keys.receive;
  std::array<std::uint8_t, 30>& server = role_ == DtlsRole::kClient ? keys.receive : keys.send;
  const auto* from = keying_material_.begin();
  std::copy_n(from, 16, client.begin());
  std::copy_n(from + 16, 16, server.begin());
  std::copy_n(from + 32, 14, client.begin() + 16);
  std::copy_n(from + 46, 14, server.begin() + 16);
  mbedtls_platform_zeroize(keying_material_.data(), keying_material_.size());
  return keys;
}

DtlsEngine::Progress DtlsEngine::step(std::span<const std::uint8_t> input, Timestamp now) {
  now_ = now;
  input_ = input;
  Progress progress = run();
  // mbedTLS looks at its timer first, and when that has run out it retransmits instead of reading.
  if (!input_.empty() && (progress == Progress::kWaiting || progress == Progress::kConnected)) {
    progress = run();
  }
  input_ = {};
  return progress;
}

void DtlsEngine::close(Timestamp now) {
  now_ = now;
  if (connected_) mbedtls_ssl_close_notify(&ssl_);
}

DtlsEngine::Progress DtlsEngine::run() {
  if (!connected_) {
    const Progress progress = handshake();
    if (progress != Progress::kConnected) return progress;
  }
  return read();
}

DtlsEngine::Progress DtlsEngine::handshake() {
  const int error = mbedtls_ssl_handshake(&ssl_);
  if (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE) {
    return Progress::kWaiting;
  }
  if (error != 0) return fail_with(error);
  mbedtls_dtls_srtp_info srtp{};
  mbedtls_ssl_get_dtls_srtp_negotiation_result(&ssl_, &srtp);
#if MBEDTLS_VERSION_MAJOR >= 3
  const mbedtls_ssl_srtp_profile profile = srtp.MBEDTLS_PRIVATE(chosen_dtls_srtp_profile);
#else
  const mbedtls_ssl_srtp_profile profile = srtp.chosen_dtls_srtp_profile;
#endif
  if (profile != MBEDTLS_TLS_SRTP_AES128_CM_HMAC_SHA1_80 || !has_keying_material_) {
    failure_ = "the peer does not know the SRTP profile AES128_CM_HMAC_SHA1_80";
    send_failure_alert();
    return Progress::kFailed;
  }
  connected_ = true;
  return Progress::kConnected;
}

/// Lets mbedTLS answer retransmissions and notice close_notify. Application data means nothing
/// here.
DtlsEngine::Progress DtlsEngine::read() {
  std::array<unsigned char, 512> discarded;
  for (;;) {
    const int size = mbedtls_ssl_read(&ssl_, discarded.data(), discarded.size());
    if (size > 0) continue;
    if (size == MBEDTLS_ERR_SSL_WANT_READ || size == MBEDTLS_ERR_SSL_WANT_WRITE) {
      return Progress::kConnected;
    }
    if (size == 0 || size == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ||
        size == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE) {
      return Progress::kClosed;
    }
    return fail_with(size);
  }
}

DtlsEngine::Progress DtlsEngine::fail_with(int error) {
  if (fingerprint_mismatch_) {
    failure_ = "the peer's certificate has none of the fingerprints expected";
  } else if (error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
    failure_ = "the peer gave up the DTLS handshake";
  } else {
    failure_ = "the DTLS handshake failed: " + mbedtls_error_text(error);
  }
  const bool peer_knows =
      error == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || error == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE;
  // mbedTLS sends most alerts itself, but none for a missing certificate.
  if (!peer_knows && datagrams_.empty()) send_failure_alert();
  return Progress::kFailed;
}

void DtlsEngine::send_failure_alert() {
  mbedtls_ssl_send_alert_message(&ssl_, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                 MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE);
}

std::vector<std::vector<std::uint8_t>> DtlsEngine::take_datagrams() {
  return std::exchange(datagrams_, {});
}

int DtlsEngine::send(void* context, const unsigned char* bytes, std::size_t size) {
  auto& engine = *static_cast<DtlsEngine*>(context);
  // Beyond the bound it is lost, as datagrams may be.
  if (engine.datagrams_.size() < kMaxDatagramsPerStep) {
    engine.datagrams_.emplace_back(bytes, bytes + size);
  }
  return static_cast<int>(size);
}

int DtlsEngine::receive(void* context, unsigned char* out, std::size_t size) {
  auto& engine = *static_cast<DtlsEngine*>(context);
  if (engine.input_.empty()) return MBEDTLS_ERR_SSL_WANT_READ;
  const std::span<const std::uint8_t> input = std::exchange(engine.input_, {});
  const std::size_t copied = std::min(size, input.size());
  std::copy_n(input.begin(), copied, out);
  return static_cast<int>(copied);
}

void DtlsEngine::set_timer(void* context, std::uint32_t intermediate_ms, std::uint32_t final_ms) {
  auto& engine = *static_cast<DtlsEngine*>(context);
  if (final_ms == 0) {
    engine.timer_ = {};
    return;
  }
  const std::uint32_t capped = std::min(final_ms, kMaxRetransmissionMs);
  engine.timer_.final = engine.now_ + TimeDelta::millis(capped);
  engine.timer_.intermediate = engine.now_ + TimeDelta::millis(std::min(intermediate_ms, capped));
}

int DtlsEngine::get_timer(void* context) {
  const auto& engine = *static_cast<const DtlsEngine*>(context);
  if (engine.timer_.final.is_never()) return -1;
  if (engine.now_ >= engine.timer_.final) return 2;
  return engine.now_ >= engine.timer_.intermediate ? 1 : 0;
}

int DtlsEngine::verify(void* context, mbedtls_x509_crt* certificate, int depth,
                       std::uint32_t* flags) {
  auto& engine = *static_cast<DtlsEngine*>(context);
  // What mbedTLS found (unknown issuer, dates, names) says nothing about a self-signed certificate;
  // its fingerprint says everything.
  *flags = 0;
  if (depth == 0 &&
      !fingerprint_matches(engine.expected_, {certificate->raw.p, certificate->raw.len})) {
    engine.fingerprint_mismatch_ = true;
    *flags = MBEDTLS_X509_BADCERT_OTHER;
  }
  return 0;
}

}  // namespace halcyon::mediad
