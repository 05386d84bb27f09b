#include "signald/http/lws_server.h"

#include <libwebsockets.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/clock/clock.h"
#include "common/log/log.h"
#include "signald/http/connection_acceptor.h"
#include "signald/http/error_response.h"
#include "signald/http/http_limits.h"
#include "signald/http/lws_request.h"
#include "signald/http/lws_response.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

/// What may be written without asking whether the connection takes it.
constexpr std::size_t kMaxBuffered = 1u << 20;
constexpr int kProgressSeconds = static_cast<int>(kProgressTime.ms() / 1000);
constexpr std::size_t kWriteSize = 32u << 10;

Moment now() { return {monotonic_now(), wall_now()}; }

void log_line(int /*level*/, const char* line) {
  std::string_view text(line);
  while (text.ends_with('\n')) text.remove_suffix(1);
  // Nearly all of these, errors included, are about what some client did.
  spdlog::debug("libwebsockets: {}", text);
}

struct Exchange;

/// Where a reply goes; empty once the exchange is gone.
struct ReplySlot {
  Exchange* exchange = nullptr;
};

/// One request and its response.
struct Exchange {
  lws* wsi = nullptr;
  Request request;
  std::size_t body_limit = 0;
  bool keep_body = false;
  bool dispatched = false;
  std::unique_ptr<ResponseWriter> writer;
  std::shared_ptr<ReplySlot> slot = std::make_shared<ReplySlot>();

  ~Exchange() { slot->exchange = nullptr; }
};

/// What libwebsockets keeps for each transaction or WebSocket; zeroed when it makes it.
struct Session {
  Exchange* exchange;
  WebSocketLayer::Socket* socket;
};

/// libwebsockets keeps what the connection does not take at once.
void write_whole(lws* wsi, ResponseWriter writer) {
  auto outcome = ResponseWriter::Outcome::kMore;
  while (outcome == ResponseWriter::Outcome::kMore) outcome = writer.step(wsi, wall_now());
}

void end_exchange(Session* session) {
  delete session->exchange;
  session->exchange = nullptr;
}

}  // namespace

class LwsServer::Impl {
 public:
  Impl(uv::Loop& loop, CertificateStore* certificates, Handler& handler, WebSocketLayer& websockets,
       ServerSettings settings)
      : loop_(loop),
        certificates_(certificates),
        handler_(handler),
        websockets_(websockets),
        settings_(std::move(settings)) {}
  ~Impl();

  ResultOr<bool> start(std::unique_ptr<ListenSocket> socket);

  uv::Loop& loop_;
  CertificateStore* certificates_;
  Handler& handler_;
  WebSocketLayer& websockets_;
  ServerSettings settings_;
  std::unique_ptr<ConnectionAcceptor> acceptor_;
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
  std::unordered_map<lws*, SocketAddress> peers_;  // by network connection

 private:
  static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t length);
  int on_http(lws* wsi, lws_callback_reasons reason, Session* session, void* in, size_t length);
  int on_websocket(lws* wsi, lws_callback_reasons reason, Session* session, void* in,
                   size_t length);

  void adopt(int fd, const SocketAddress& peer);
  SocketAddress peer_of(lws* wsi) const;
  Request complete(lws* wsi, Request request) const;
  int begin(lws* wsi, Session* session);
  int receive_body(Exchange* exchange, const void* in, size_t length);
  void dispatch(Exchange& exchange);
  int write(lws* wsi, Session* session);
  int refuse(lws* wsi, int status, std::string_view text, bool head_only);
  int confirm_upgrade(lws* wsi);
  void offer_sub_protocol(std::string_view offered);
  int answer_without_upgrade(lws* wsi);

  // See offer_sub_protocol(). As long as libwebsockets reads names of sub-protocols.
  std::array<char, 64> sub_protocol_{};
  const std::array<lws_protocols, 3> protocols_ = {{
      {"halcyon", &Impl::callback, sizeof(Session), 0, 0, nullptr, kWriteSize},
      {sub_protocol_.data(), &Impl::callback, sizeof(Session), 0, 0, nullptr, kWriteSize},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  }};
  // No pings of the WebSocket layer: the protocol has its own, and a client that does not answer
  // ours is still alive.
  inline static const lws_retry_bo_t kNoPings = {};
};

ResultOr<bool> LwsServer::Impl::start(std::unique_ptr<ListenSocket> socket) {
  lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
  std::signal(SIGPIPE, SIG_IGN);
  void* loops[] = {loop_.raw()};
  lws_context_creation_info info{};
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                 LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.foreign_loops = loops;
  info.user = this;
  info.max_http_header_data2 = kParserHead;
  info.timeout_secs = static_cast<unsigned>(settings_.limits.header_seconds);
  info.retry_and_idle_policy = &kNoPings;
  context_ = lws_create_context(&info);
  if (context_ == nullptr) {
    return fail("cannot start libwebsockets: is its libuv plugin (libwebsockets-evlib-uv) there?");
  }
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = protocols_.data();
  info.vhost_name = "halcyon";
  info.timeout_secs_ah_idle = static_cast<unsigned>(settings_.limits.header_seconds);
  info.keepalive_timeout = settings_.limits.idle_seconds;
  if (certificates_ != nullptr) {
    info.options |= LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                    LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT |
                    LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER;
    // Not h2: with it libwebsockets 4.1 offers WebSocket over HTTP/2 as well (RFC 8441), which
    // browsers then use, and which writes before the start of the buffer for messages of 64 KiB and
    // more. It cannot be had without.
    info.alpn = "http/1.1";
  }
  vhost_ = lws_create_vhost(context_, &info);
  if (vhost_ == nullptr) return fail("cannot set up the web server: libwebsockets refuses");
  acceptor_ = std::make_unique<ConnectionAcceptor>(
      loop_, std::move(socket), settings_.limits, settings_.proxies,
      [this](int fd, const SocketAddress& peer) { adopt(fd, peer); });
  return true;
}

LwsServer::Impl::~Impl() {
  acceptor_.reset();
  if (context_ == nullptr) return;
  const auto turn = [this] { uv_run(loop_.raw(), UV_RUN_NOWAIT); };
  lws_context_destroy(context_);
  // On somebody else's loop connections and then libwebsockets' own handles end in close callbacks,
  // for which the loop has to turn; what is left is freed by the second call.
  constexpr int kTurnsForConnections = 1000;
  constexpr int kTurnsForHandles = 4;
  for (int i = 0; i < kTurnsForConnections && !peers_.empty(); ++i) turn();
  for (int i = 0; i < kTurnsForHandles; ++i) turn();
  lws_context_destroy(context_);
}

void LwsServer::Impl::adopt(int fd, const SocketAddress& peer) {
  lws_sock_file_fd_type descriptor{};
  descriptor.sockfd = fd;
  const auto type =
      static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL);
  lws* wsi = lws_adopt_descriptor_vhost(vhost_, type, descriptor, nullptr, nullptr);
  if (wsi == nullptr) {
    acceptor_->closed(peer);
    return;
  }
  peers_.emplace(wsi, peer);
}

SocketAddress LwsServer::Impl::peer_of(lws* wsi) const {
  const auto found = peers_.find(lws_get_network_wsi(wsi));
  return found == peers_.end() ? SocketAddress() : found->second;
}

Request LwsServer::Impl::complete(lws* wsi, Request request) const {
  request.peer = peer_of(wsi);
  request.tls = certificates_ != nullptr;
  settings_.proxies.apply(request);
  return request;
}

int LwsServer::Impl::callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                              size_t length) {
  auto* self = static_cast<Impl*>(lws_context_user(lws_get_context(wsi)));
  auto* session = static_cast<Session*>(user);
  switch (reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
      self->certificates_->attach(static_cast<ssl_ctx_st*>(user));
      return 0;
    case LWS_CALLBACK_WSI_DESTROY: {
      const auto peer = self->peers_.find(wsi);
      if (peer == self->peers_.end()) return 0;
      if (self->acceptor_) self->acceptor_->closed(peer->second);
      self->peers_.erase(peer);
      return 0;
    }
    // CONNECT turns a connection into a raw one, which is of no use to us.
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE:
      return -1;
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
      return self->on_websocket(wsi, reason, session, in, length);
    default:
      return self->on_http(wsi, reason, session, in, length);
  }
}

int LwsServer::Impl::on_websocket(lws* wsi, lws_callback_reasons reason, Session* session, void* in,
                                  size_t length) {
  if (reason == LWS_CALLBACK_ESTABLISHED) {
    end_exchange(session);
    // The head of the request is still there.
    const Request request = complete(wsi, read_request_head(wsi).request);
    session->socket = websockets_.established(wsi, request.peer);
    return 0;
  }
  if (session == nullptr || session->socket == nullptr) return 0;
  bool keep = true;
  if (reason == LWS_CALLBACK_RECEIVE) {
    const std::string_view piece(static_cast<const char*>(in), length);
    const bool last = lws_is_final_fragment(wsi) != 0 && lws_remaining_packet_payload(wsi) == 0;
    websockets_.received(*session->socket, piece, last);
  } else if (reason == LWS_CALLBACK_SERVER_WRITEABLE) {
    keep = websockets_.writable(*session->socket);
  } else if (reason == LWS_CALLBACK_WS_PEER_INITIATED_CLOSE) {
    keep = websockets_.peer_closes(*session->socket,
                                   std::string_view(static_cast<const char*>(in), length));
  } else {
    websockets_.closed(std::exchange(session->socket, nullptr));
  }
  return keep ? 0 : -1;
}

int LwsServer::Impl::on_http(lws* wsi, lws_callback_reasons reason, Session* session, void* in,
                             size_t length) {
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return equal_ignoring_case(static_cast<const char*>(in), "websocket")
                 ? confirm_upgrade(wsi)
                 : answer_without_upgrade(wsi);
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      sub_protocol_.front() = '\0';
      // Never on a stream of something else.
      return lws_get_network_wsi(wsi) == wsi ? 0 : -1;
    case LWS_CALLBACK_HTTP:
      return begin(wsi, session);
    case LWS_CALLBACK_HTTP_BODY:
      return session->exchange == nullptr ? 0 : receive_body(session->exchange, in, length);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
      if (session->exchange != nullptr) dispatch(*session->exchange);
      return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
      return write(wsi, session);
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
    case LWS_CALLBACK_CLOSED_HTTP:
      if (session != nullptr) end_exchange(session);
      return 0;
    default:
      return 0;
  }
}

int LwsServer::Impl::confirm_upgrade(lws* wsi) {
  const RequestHead head = read_request_head(wsi);
  const Request request = complete(wsi, head.request);
  int status = 0;
  if (certificates_ != nullptr && lws_is_ssl(wsi) == 0) {
    status = 400;
  } else if (request.path != kWebSocketPath) {
    status = 404;
  } else {
    status = websockets_.check(request);
  }
  if (status == 0) {
    offer_sub_protocol(request.headers.get("sec-websocket-protocol"));
    return 0;
  }
  refuse(wsi, status,
         status == 403   ? "Forbidden"
         : status == 404 ? "Not Found"
                         : "Bad Request",
         false);
  return 1;
}

/// We choose none of a client's sub-protocols, which RFC 6455 4.2.2 allows, but libwebsockets
/// refuses who offers some and none that it has. So it gets one with the name of the first offered,
/// and no name any more when the answer is written (LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION), for
/// then it mentions none.
void LwsServer::Impl::offer_sub_protocol(std::string_view offered) {
  offered = offered.substr(0, offered.find_first_of(", \t"));
  const std::size_t length = std::min(offered.size(), sub_protocol_.size() - 1);
  std::copy_n(offered.begin(), length, sub_protocol_.begin());
  sub_protocol_[length] = '\0';
}

/// For "Upgrade: h2c", which some clients send with every plain request and which means nothing
/// here. libwebsockets would accept it, so the answer is given at this point, and the connection
/// ends.
int LwsServer::Impl::answer_without_upgrade(lws* wsi) {
  RequestHead head = read_request_head(wsi);
  const bool head_only = head.request.method == Method::kHead;
  if ((head.request.method != Method::kGet && !head_only) || head.has_length || head.chunked) {
    refuse(wsi, 400, "Bad Request", head_only);
    return 1;
  }
  std::optional<Response> response;
  const Request request = complete(wsi, std::move(head.request));
  const auto slot = std::make_shared<std::optional<Response>*>(&response);
  handler_.handle(request, now(), [slot](Response r) {
    if (*slot != nullptr) **slot = std::move(r);
  });
  *slot = nullptr;
  if (!response || response->body_length() > kMaxBuffered) {
    refuse(wsi, 400, "Bad Request", head_only);
  } else {
    write_whole(wsi, ResponseWriter(std::move(*response), head_only, true));
  }
  return 1;
}

int LwsServer::Impl::begin(lws* wsi, Session* session) {
  end_exchange(session);
  RequestHead head = read_request_head(wsi);
  const bool head_only = head.request.method == Method::kHead;
  if (certificates_ != nullptr && lws_is_ssl(wsi) == 0) {
    return refuse(wsi, 400, "Client sent an HTTP request to an HTTPS server.", head_only);
  }
  if (head.unknown_version) return refuse(wsi, 505, "HTTP Version Not Supported", head_only);
  if (head.malformed) return refuse(wsi, 400, "Bad Request", head_only);
  if (head.length > kMaxHead) {
    return refuse(wsi, 431, "Request Header Fields Too Large", head_only);
  }
  const Method method = head.request.method;
  const bool wants_length =
      method == Method::kPost || method == Method::kPut || method == Method::kPatch;
  if (head.bad_length) return refuse(wsi, 400, "Bad Request", head_only);
  if (head.chunked || (wants_length && !head.has_length)) {
    return refuse(wsi, 411, "Length Required", head_only);
  }
  auto exchange = std::make_unique<Exchange>();
  exchange->wsi = wsi;
  exchange->slot->exchange = exchange.get();
  exchange->request = complete(wsi, std::move(head.request));
  const std::size_t limit = std::min(handler_.body_limit(exchange->request), kMaxRequestBody);
  exchange->keep_body = limit > 0;
  if (head.body_length > (limit > 0 ? limit : kMaxIgnoredBody)) {
    return refuse(wsi, 413, "Request body too large", head_only);
  }
  exchange->body_limit = static_cast<std::size_t>(head.body_length);
  session->exchange = exchange.release();
  if (head.body_length == 0) dispatch(*session->exchange);
  return 0;
}

int LwsServer::Impl::receive_body(Exchange* exchange, const void* in, size_t length) {
  if (length == 0 || !exchange->keep_body) return 0;
  if (length > exchange->body_limit - exchange->request.body.size()) return -1;
  exchange->request.body.append(static_cast<const char*>(in), length);
  lws_set_timeout(exchange->wsi, PENDING_TIMEOUT_HTTP_CONTENT, kProgressSeconds);
  return 0;
}

void LwsServer::Impl::dispatch(Exchange& exchange) {
  if (exchange.dispatched) return;
  exchange.dispatched = true;
  lws_set_timeout(exchange.wsi, PENDING_TIMEOUT_HTTP_CONTENT, kProgressSeconds);
  const bool head_only = exchange.request.method == Method::kHead;
  Reply reply = [slot = exchange.slot, head_only](Response response) {
    if (slot->exchange == nullptr || slot->exchange->writer != nullptr) return;
    slot->exchange->writer =
        std::make_unique<ResponseWriter>(std::move(response), head_only, false);
    lws_callback_on_writable(slot->exchange->wsi);
  };
  handler_.handle(exchange.request, now(), std::move(reply));
}

int LwsServer::Impl::write(lws* wsi, Session* session) {
  if (session == nullptr || session->exchange == nullptr || !session->exchange->writer) return 0;
  if (lws_partial_buffered(wsi) != 0) {
    lws_callback_on_writable(wsi);
    return 0;
  }
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, kProgressSeconds);
  switch (session->exchange->writer->step(wsi, wall_now())) {
    case ResponseWriter::Outcome::kMore:
      lws_callback_on_writable(wsi);
      return 0;
    case ResponseWriter::Outcome::kFailed:
      return -1;
    case ResponseWriter::Outcome::kFinished:
      break;
  }
  end_exchange(session);
  return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

/// Answers at once and ends the connection, whose next bytes may be anything.
int LwsServer::Impl::refuse(lws* wsi, int status, std::string_view text, bool head_only) {
  write_whole(wsi, ResponseWriter(text_error(status, text), head_only, true));
  return -1;
}

LwsServer::LwsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LwsServer::~LwsServer() = default;

ResultOr<std::unique_ptr<LwsServer>> LwsServer::start(uv::Loop& loop,
                                                      std::unique_ptr<ListenSocket> socket,
                                                      CertificateStore* certificates,
                                                      Handler& handler, WebSocketLayer& websockets,
                                                      ServerSettings settings) {
  auto impl = std::make_unique<Impl>(loop, certificates, handler, websockets, std::move(settings));
  const auto started = impl->start(std::move(socket));
  if (!started) return make_unexpected(started.error());
  return std::unique_ptr<LwsServer>(new LwsServer(std::move(impl)));
}

std::uint16_t LwsServer::port() const { return impl_->acceptor_->port(); }
void LwsServer::stop_listening() { impl_->acceptor_->stop(); }
std::size_t LwsServer::connection_count() const { return impl_->peers_.size(); }
std::uint64_t LwsServer::refused_connections() const { return impl_->acceptor_->refused(); }

}  // namespace halcyon::signald
