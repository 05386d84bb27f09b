#include "signald/ws/websocket_engine.h"

#include <libwebsockets.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/log/log.h"

namespace halcyon::signald {
namespace {

/// How much libwebsockets writes in one piece.
constexpr std::size_t kWriteSize = 32u << 10;
/// The head we hand over is complete from the start; this only ends what went wrong.
constexpr unsigned kHandshakeSeconds = 5;

void log_line(int /*level*/, const char* line) {
  std::string_view text(line);
  while (text.ends_with('\n')) text.remove_suffix(1);
  // Nearly all of these, errors included, are about what some client did.
  spdlog::debug("libwebsockets: {}", text);
}

/// What libwebsockets keeps for each connection; zeroed when it makes it.
struct Slot {
  WebSocketLayer::Socket* socket;
};

/// All that the upgrade needs and nothing else: no sub-protocol and no extension, since we agree on
/// none (RFC 6455 4.2.2).
std::string upgrade_head(const Request& request) {
  std::string head = "GET / HTTP/1.1\r\nHost: halcyon\r\n";
  head.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
  head.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
  head.append(request.headers.get("sec-websocket-key")).append("\r\n\r\n");
  return head;
}

struct Pair {
  Descriptor ours;
  Descriptor theirs;
};

ResultOr<Pair> make_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(std::string("cannot make a pair of sockets: ") + std::strerror(errno));
  }
  return Pair{Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace

class WebSocketEngine::Impl {
 public:
  Impl(uv::Loop& loop, WebSocketLayer& layer) : loop_(loop), layer_(layer) {}
  ~Impl();

  ResultOr<void> start();
  ResultOr<Descriptor> open(const Request& request);

 private:
  static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t length);
  bool on_websocket(lws* wsi, lws_callback_reasons reason, Slot& slot, std::string_view in);

  uv::Loop& loop_;
  WebSocketLayer& layer_;
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
  std::unordered_map<lws*, SocketAddress> peers_;  // as long as libwebsockets has the connection
  const std::array<lws_protocols, 2> protocols_ = {{
      {"halcyon", &Impl::callback, sizeof(Slot), 0, 0, nullptr, kWriteSize},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  }};
  // No pings of the WebSocket layer: the protocol has its own, and a client that does not answer
  // ours is still alive.
  inline static const lws_retry_bo_t kNoPings = {};
};

ResultOr<void> WebSocketEngine::Impl::start() {
  lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
  void* loops[] = {loop_.raw()};
  lws_context_creation_info info{};
  info.options =
      LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
  info.foreign_loops = loops;
  info.user = this;
  info.timeout_secs = kHandshakeSeconds;
  info.retry_and_idle_policy = &kNoPings;
  context_ = lws_create_context(&info);
  if (context_ == nullptr) {
    return fail("cannot start libwebsockets: is its libuv plugin (libwebsockets-evlib-uv) there?");
  }
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = protocols_.data();
  info.vhost_name = "halcyon";
  vhost_ = lws_create_vhost(context_, &info);
  if (vhost_ == nullptr) return fail("cannot set up WebSockets: libwebsockets refuses");
  return {};
}

WebSocketEngine::Impl::~Impl() {
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

ResultOr<Descriptor> WebSocketEngine::Impl::open(const Request& request) {
  auto pair = make_pair();
  if (!pair) return make_unexpected(pair.error());
  const std::string head = upgrade_head(request);
  // A new socket's buffer takes this whole.
  if (::send(pair->ours.get(), head.data(), head.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(head.size())) {
    return fail("cannot hand a connection to libwebsockets");
  }
  lws* wsi = lws_adopt_socket_vhost(vhost_, pair->theirs.release());
  if (wsi == nullptr) return fail("cannot hand a connection to libwebsockets: it refuses");
  peers_.emplace(wsi, request.peer);
  return std::move(pair->ours);
}

int WebSocketEngine::Impl::callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                                    size_t length) {
  auto* self = static_cast<Impl*>(lws_context_user(lws_get_context(wsi)));
  switch (reason) {
    case LWS_CALLBACK_WSI_DESTROY:
      self->peers_.erase(wsi);
      return 0;
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
      if (user == nullptr) return 0;
      return self->on_websocket(wsi, reason, *static_cast<Slot*>(user),
                                {static_cast<const char*>(in), in == nullptr ? 0 : length})
                 ? 0
                 : -1;
    default:
      return 0;
  }
}

/// False: the connection must end now.
bool WebSocketEngine::Impl::on_websocket(lws* wsi, lws_callback_reasons reason, Slot& slot,
                                         std::string_view in) {
  if (reason == LWS_CALLBACK_ESTABLISHED) {
    slot.socket = layer_.established(wsi, peers_[wsi]);
    return true;
  }
  if (slot.socket == nullptr) return true;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE: {
      const bool last = lws_is_final_fragment(wsi) != 0 && lws_remaining_packet_payload(wsi) == 0;
      layer_.received(*slot.socket, in, last);
      return true;
    }
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return layer_.writable(*slot.socket);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return layer_.peer_closes(*slot.socket, in);
    default:
      layer_.closed(std::exchange(slot.socket, nullptr));
      return true;
  }
}

WebSocketEngine::WebSocketEngine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSocketEngine::~WebSocketEngine() = default;

ResultOr<std::unique_ptr<WebSocketEngine>> WebSocketEngine::start(uv::Loop& loop,
                                                                  WebSocketLayer& layer) {
  auto impl = std::make_unique<Impl>(loop, layer);
  if (auto started = impl->start(); !started) return make_unexpected(started.error());
  return std::unique_ptr<WebSocketEngine>(new WebSocketEngine(std::move(impl)));
}

ResultOr<Descriptor> WebSocketEngine::open(const Request& request) { return impl_->open(request); }

}  // namespace halcyon::signald
