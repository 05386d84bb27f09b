#pragma once

#include <memory>

#include "common/result/error.h"
#include "signald/http/certificate_store.h"
#include "signald/http/openssl_handles.h"
#include "signald/server/byte_stream.h"

namespace halcyon::signald {

/// What all of a server's TLS connections have in common: TLS 1.2 and later, HTTP/2 or HTTP/1.1 by
/// ALPN (RFC 7301).
class TlsContext {
 public:
  /// `certificates` must outlive this.
  static ResultOr<std::unique_ptr<TlsContext>> create(CertificateStore& certificates);
  ssl_ctx_st* raw() const { return context_.get(); }

 private:
  TlsContext() = default;
  SslCtxPtr context_;
};

/// The bytes inside a TLS connection, server side, over OpenSSL.
class TlsStream final : public ByteStream {
 public:
  /// The descriptor must outlive this. Null when there is no memory left.
  static std::unique_ptr<TlsStream> create(const TlsContext& context, int fd);

  /// kMoved once the handshake is done, without bytes.
  Outcome handshake();
  /// Whether ALPN chose HTTP/2; to be asked after the handshake.
  bool speaks_http2() const;

  Outcome read(std::span<char> out) override;
  Outcome write(std::string_view bytes) override;
  void finish_writing() override;
  bool wants_to_write() const override { return wants_to_write_; }

 private:
  TlsStream(SslPtr connection, int fd) : connection_(std::move(connection)), fd_(fd) {}
  /// What a call's result of `code` means.
  Outcome outcome(int code);

  SslPtr connection_;
  int fd_;
  bool wants_to_write_ = false;
  bool failed_ = false;  // then OpenSSL allows no further call
};

}  // namespace halcyon::signald
