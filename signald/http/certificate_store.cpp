#include "signald/http/certificate_store.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cerrno>
#include <compare>
#include <cstring>
#include <ctime>

#include "common/log/log.h"
#include "signald/http/openssl_handles.h"
#include "signald/http/self_signed.h"

namespace halcyon::signald {
namespace {

/// One file's identity: whatever changes when it is replaced or written.
struct FileStamp {
  bool exists = false;
  std::int64_t mtime_s = 0;
  std::int64_t mtime_ns = 0;
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return {};
  return {true, s.st_mtim.tv_sec, s.st_mtim.tv_nsec, static_cast<std::uint64_t>(s.st_size),
          s.st_ino};
}

std::string within(const std::string& directory, const char* name) {
  return directory + (directory.ends_with('/') ? "" : "/") + name;
}

/// A key file with a passphrase must fail, not ask at the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "not PEM" : reason;
}

ResultOr<BioPtr> open_pem(const std::string& path) {
  errno = 0;
  BioPtr bio(BIO_new_file(path.c_str(), "r"));
  if (!bio) {
    const int error_number = errno;
    ERR_clear_error();
    return fail("cannot read " + path + ": " + std::strerror(error_number));
  }
  return bio;
}

/// A certificate made in memory is renewed long before its year is over; browsers were told to
/// trust it by hand anyway.
constexpr std::time_t kRenewAfterSeconds = 300L * 24 * 3600;

}  // namespace

struct CertificateStore::Stamp {
  FileStamp certificate;
  FileStamp key;
  bool operator==(const Stamp&) const = default;
};

struct CertificateStore::Pair {
  X509Ptr certificate;
  PKeyPtr key;
  STACK_OF(X509) * chain = nullptr;
  std::time_t made_at = 0;  // 0: from files

  Pair() = default;
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { sk_X509_pop_free(chain, X509_free); }
};

CertificateStore::CertificateStore(const std::string& data_directory)
    : certificate_path_(within(data_directory, "cert.pem")),
      key_path_(within(data_directory, "key.pem")) {}

CertificateStore::~CertificateStore() = default;

ResultOr<std::unique_ptr<CertificateStore>> CertificateStore::open(
    const std::string& data_directory) {
  std::unique_ptr<CertificateStore> store(new CertificateStore(data_directory));
  store->seen_ = std::make_unique<Stamp>(store->stamp());
  auto pair = store->load();
  if (!pair) return make_unexpected(pair.error());
  store->pair_ = std::move(*pair);
  if (store->pair_->made_at != 0) {
    spdlog::info("no {} and no {}: using a certificate made for this run, which browsers warn of",
                 store->certificate_path_, store->key_path_);
  }
  return store;
}

CertificateStore::Stamp CertificateStore::stamp() const {
  return {stamp_of(certificate_path_), stamp_of(key_path_)};
}

ResultOr<std::unique_ptr<CertificateStore::Pair>> CertificateStore::load() const {
  auto pair = std::make_unique<Pair>();
  const Stamp now = stamp();
  if (!now.certificate.exists && !now.key.exists) {
    SelfSigned made = make_self_signed(own_alternative_names());
    if (!made.certificate) return fail("cannot make a certificate: " + openssl_reason());
    pair->certificate = std::move(made.certificate);
    pair->key = std::move(made.key);
    pair->made_at = std::time(nullptr);
    return pair;
  }
  if (now.certificate.exists != now.key.exists) {
    const std::string& there = now.certificate.exists ? certificate_path_ : key_path_;
    const std::string& missing = now.certificate.exists ? key_path_ : certificate_path_;
    return fail(there + " has no counterpart: add " + missing + ", or remove both to run with a " +
                "certificate made in memory");
  }
  auto certificates = open_pem(certificate_path_);
  if (!certificates) return make_unexpected(certificates.error());
  pair->certificate.reset(PEM_read_bio_X509(certificates->get(), nullptr, no_passphrase, nullptr));
  if (!pair->certificate) {
    return fail(certificate_path_ + " holds no certificate: " + openssl_reason());
  }
  pair->chain = sk_X509_new_null();
  while (X509* next = PEM_read_bio_X509(certificates->get(), nullptr, no_passphrase, nullptr)) {
    sk_X509_push(pair->chain, next);
  }
  ERR_clear_error();  // the end of the file counts as an error
  auto key = open_pem(key_path_);
  if (!key) return make_unexpected(key.error());
  pair->key.reset(PEM_read_bio_PrivateKey(key->get(), nullptr, no_passphrase, nullptr));
  if (!pair->key) return fail(key_path_ + " holds no usable key: " + openssl_reason());
  if (X509_check_private_key(pair->certificate.get(), pair->key.get()) != 1) {
    ERR_clear_error();
    return fail(key_path_ + " is not the key of " + certificate_path_ + ": replace both together");
  }
  return pair;
}

void CertificateStore::refresh() {
  const Stamp now = stamp();
  const bool aged = pair_->made_at != 0 && std::time(nullptr) - pair_->made_at > kRenewAfterSeconds;
  if (now == *seen_ && !aged) return;
  *seen_ = now;
  const bool gone = !now.certificate.exists && !now.key.exists;
  if (gone && pair_->made_at == 0) {
    spdlog::warn("{} and {} are gone: keeping the certificate loaded before", certificate_path_,
                 key_path_);
    return;
  }
  auto pair = load();
  if (!pair) {
    spdlog::warn("keeping the certificate loaded before: {}", pair.error().message);
    return;
  }
  pair_ = std::move(*pair);
  spdlog::info("loaded the certificate again for new connections");
}

int CertificateStore::on_handshake(ssl_st* connection, void* store) {
  auto* self = static_cast<CertificateStore*>(store);
  self->refresh();
  const Pair& pair = *self->pair_;
  constexpr int kReplace = 1;
  return SSL_use_cert_and_key(connection, pair.certificate.get(), pair.key.get(), pair.chain,
                              kReplace);
}

void CertificateStore::attach(ssl_ctx_st* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // Idle connections are the common case: keep no record buffers for them.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cert_cb(context, &CertificateStore::on_handshake, this);
}

}  // namespace halcyon::signald
