#include "signald/server/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <climits>
#include <string_view>
#include <utility>

namespace halcyon::signald {
namespace {

using namespace std::string_view_literals;

/// In our order of preference, each with its length in front.
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1"sv;
constexpr std::string_view kHttp2 = "h2";

/// A client that offers others only is served without a choice: it may still speak HTTP/1.1.
int choose_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void* /*user*/) {
  unsigned char* out = nullptr;
  const int result = SSL_select_next_proto(
      &out, chosen_length, reinterpret_cast<const unsigned char*>(kProtocols.data()),
      static_cast<unsigned>(kProtocols.size()), offered, offered_length);
  *chosen = out;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

ResultOr<std::unique_ptr<TlsContext>> TlsContext::create(CertificateStore& certificates) {
  std::unique_ptr<TlsContext> context(new TlsContext);
  context->context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* raw = context->raw();
  if (raw == nullptr) return fail("cannot set up TLS: OpenSSL refuses");
  certificates.attach(raw);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                               SSL_OP_IGNORE_UNEXPECTED_EOF);
  // A part that was blocked may come again from another place, and with more behind it.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Tickets suffice for resumption; a cache would keep sessions of clients long gone.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  return context;
}

std::unique_ptr<TlsStream> TlsStream::create(const TlsContext& context, int fd) {
  SslPtr connection(SSL_new(context.raw()));
  if (!connection || SSL_set_fd(connection.get(), fd) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_accept_state(connection.get());
  return std::unique_ptr<TlsStream>(new TlsStream(std::move(connection), fd));
}

ByteStream::Outcome TlsStream::outcome(int code) {
  const int error = SSL_get_error(connection_.get(), code);
  wants_to_write_ = error == SSL_ERROR_WANT_WRITE;
  if (wants_to_write_ || error == SSL_ERROR_WANT_READ) return {State::kBlocked, 0};
  if (error == SSL_ERROR_ZERO_RETURN) return {State::kEnd, 0};
  failed_ = true;
  // The queue of errors belongs to the thread, and the next connection would find them there.
  ERR_clear_error();
  return {State::kFailed, 0};
}

ByteStream::Outcome TlsStream::handshake() {
  wants_to_write_ = false;
  const int code = SSL_do_handshake(connection_.get());
  return code == 1 ? Outcome{State::kMoved, 0} : outcome(code);
}

bool TlsStream::speaks_http2() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(connection_.get(), &name, &length);
  return std::string_view(reinterpret_cast<const char*>(name), length) == kHttp2;
}

ByteStream::Outcome TlsStream::read(std::span<char> out) {
  if (failed_) return {State::kFailed, 0};
  wants_to_write_ = false;
  const int room = static_cast<int>(std::min<std::size_t>(out.size(), INT_MAX));
  const int got = SSL_read(connection_.get(), out.data(), room);
  if (got > 0) return {State::kMoved, static_cast<std::size_t>(got)};
  return outcome(got);
}

ByteStream::Outcome TlsStream::write(std::string_view bytes) {
  if (failed_) return {State::kFailed, 0};
  wants_to_write_ = false;
  const int length = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
  const int sent = SSL_write(connection_.get(), bytes.data(), length);
  if (sent > 0) return {State::kMoved, static_cast<std::size_t>(sent)};
  return outcome(sent);
}

void TlsStream::finish_writing() {
  if (!failed_ && SSL_is_init_finished(connection_.get()) == 1) {
    SSL_shutdown(connection_.get());
    ERR_clear_error();
  }
  ::shutdown(fd_, SHUT_WR);
}

}  // namespace halcyon::signald
