#pragma once

#include <mbedtls/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/random/random.h"
#include "common/result/error.h"
#include "common/units/time.h"
#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad {

/// One mbedTLS context, 2 x 16 KiB of record buffers among it: what a DtlsSession holds from the
/// first flight until nobody can need a retransmission any more. Only for the files of this folder.
class DtlsEngine {
 public:
  static ResultOr<std::unique_ptr<DtlsEngine>> create(
      std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
      std::vector<Fingerprint> expected, RandomSource& random);
  ~DtlsEngine();
  DtlsEngine(const DtlsEngine&) = delete;
  DtlsEngine& operator=(const DtlsEngine&) = delete;

  enum class Progress { kWaiting, kConnected, kClosed, kFailed };
  /// Goes on with one datagram or record, or with none: to begin, or because the retransmission
  /// timer has run out. Returns kConnected from the end of the handshake on, as long as nothing
  /// worse happens.
  Progress step(std::span<const std::uint8_t> input, Timestamp now);
  /// Writes a close_notify if the handshake is over.
  void close(Timestamp now);
  Timestamp retransmission_deadline() const { return timer_.final; }
  std::vector<std::vector<std::uint8_t>> take_datagrams();
  /// Once, when connected.
  SrtpKeys take_keys();
  const std::string& failure() const { return failure_; }

 private:
  DtlsEngine(std::shared_ptr<const DtlsCertificate> certificate, DtlsRole role,
             std::vector<Fingerprint> expected, RandomSource& random);
  int configure();
  void configure_algorithms();
  Progress run();
  Progress handshake();
  Progress read();
  Progress fail_with(int error);
  void send_failure_alert();
  bool export_keys(const unsigned char* master_secret, std::size_t size,
                   const unsigned char client_random[32], const unsigned char server_random[32],
                   mbedtls_tls_prf_types prf);

  // mbedTLS calls these with the engine as their context.
  static int send(void* context, const unsigned char* bytes, std::size_t size);
  static int receive(void* context, unsigned char* out, std::size_t size);
  static void set_timer(void* context, std::uint32_t intermediate_ms, std::uint32_t final_ms);
  static int get_timer(void* context);
  static int verify(void* context, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags);

  struct Timer {
    Timestamp intermediate = Timestamp::never();
    Timestamp final = Timestamp::never();
  };

  std::shared_ptr<const DtlsCertificate> certificate_;
  DtlsRole role_;
  std::vector<Fingerprint> expected_;
  RandomSource& random_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  Timestamp now_;
  Timer timer_;
  std::span<const std::uint8_t> input_;
  std::vector<std::vector<std::uint8_t>> datagrams_;
  std::array<std::uint8_t, 60> keying_material_{};
  bool has_keying_material_ = false;
  bool connected_ = false;
  bool fingerprint_mismatch_ = false;
  std::string failure_;
};

}  // namespace halcyon::mediad
