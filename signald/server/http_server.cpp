#include "signald/server/http_server.h"

#include <csignal>
#include <unordered_map>
#include <utility>
#include <vector>

#include "signald/http/connection_acceptor.h"
#include "signald/server/connection.h"

namespace halcyon::signald {

class HttpServer::Impl {
 public:
  Impl(uv::Loop& loop, Handler& handler, WebSocketLayer& websockets, ServerSettings settings,
       std::unique_ptr<TlsContext> tls, std::unique_ptr<WebSocketEngine> engine,
       std::unique_ptr<ListenSocket> socket)
      : settings_(std::move(settings)),
        tls_(std::move(tls)),
        engine_(std::move(engine)),
        services_{loop,     tls_.get(),        handler,         websockets,
                  *engine_, settings_.proxies, settings_.limits},
        acceptor_(loop, std::move(socket), settings_.limits, settings_.proxies,
                  [this](int fd, const SocketAddress& peer) { adopt(Descriptor(fd), peer); }) {}

  void stop_listening() {
    acceptor_.stop();
    // leave() may end a connection and so change the table.
    std::vector<Connection*> all;
    for (const auto& [raw, owned] : connections_) all.push_back(raw);
    for (Connection* connection : all) connection->leave();
  }

  std::size_t connection_count() const { return connections_.size(); }
  const ConnectionAcceptor& acceptor() const { return acceptor_; }

 private:
  void adopt(Descriptor socket, const SocketAddress& peer) {
    auto connection =
        std::make_unique<Connection>(services_, std::move(socket), peer, [this](Connection& gone) {
          acceptor_.closed(gone.peer());
          connections_.erase(&gone);
        });
    Connection* raw = connection.get();
    connections_.emplace(raw, std::move(connection));
  }

  ServerSettings settings_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<WebSocketEngine> engine_;
  ConnectionServices services_;
  ConnectionAcceptor acceptor_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

ResultOr<std::unique_ptr<HttpServer>> HttpServer::start(
    uv::Loop& loop, std::unique_ptr<ListenSocket> socket, CertificateStore* certificates,
    Handler& handler, WebSocketLayer& websockets, ServerSettings settings) {
  // OpenSSL writes to sockets without regard to whether anybody listens.
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<TlsContext> tls;
  if (certificates != nullptr) {
    auto created = TlsContext::create(*certificates);
    if (!created) return make_unexpected(created.error());
    tls = std::move(*created);
  }
  auto engine = WebSocketEngine::start(loop, websockets);
  if (!engine) return make_unexpected(engine.error());
  return std::unique_ptr<HttpServer>(new HttpServer(
      std::make_unique<Impl>(loop, handler, websockets, std::move(settings), std::move(tls),
                             std::move(*engine), std::move(socket))));
}

std::uint16_t HttpServer::port() const { return impl_->acceptor().port(); }
void HttpServer::stop_listening() { impl_->stop_listening(); }
std::size_t HttpServer::connection_count() const { return impl_->connection_count(); }
std::uint64_t HttpServer::refused_connections() const { return impl_->acceptor().refused(); }

}  // namespace halcyon::signald
