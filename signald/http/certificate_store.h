#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/result/error.h"

struct ssl_ctx_st;
struct ssl_st;

namespace halcyon::signald {

/// The server's certificate: cert.pem (leaf first) and key.pem of the data directory, or one made
/// in memory when there is neither. Looked at again at each handshake: when the files change, new
/// connections get the new pair, old ones stay as they are. A pair that does not load is reported
/// once and the old one kept.
class CertificateStore {
 public:
  /// Fails when one of the files is missing, unreadable, or does not belong to the other.
  static ResultOr<std::unique_ptr<CertificateStore>> open(const std::string& data_directory);
  ~CertificateStore();

  /// Makes an OpenSSL server context use this store, TLS 1.2 and later. The store must outlive it.
  void attach(ssl_ctx_st* context);

 private:
  struct Pair;   // a certificate chain and its key
  struct Stamp;  // what tells one version of the files from another
  explicit CertificateStore(const std::string& data_directory);

  static int on_handshake(ssl_st* connection, void* store);
  Stamp stamp() const;
  ResultOr<std::unique_ptr<Pair>> load() const;
  void refresh();

  std::string certificate_path_;
  std::string key_path_;
  std::unique_ptr<Stamp> seen_;
  std::unique_ptr<Pair> pair_;
};

}  // namespace halcyon::signald
