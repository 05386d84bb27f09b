#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "common/uv/async.h"
#include "common/uv/loop.h"
#include "signald/http/file_root.h"
#include "signald/http/router.h"
#include "signald/http/self_signed.h"
#include "signald/http/static_files.h"
#include "signald/server/http_server.h"
#include "tests/unit/signald/ws/loopback_client.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;
using Transport = LoopbackClient::Transport;

namespace {

struct FixedConfig final : GlobalConfigSource {
  ResultOr<const GlobalConfig*> current() override { return &config; }
  GlobalConfig config;
};

/// Sends back what it gets, and obeys a few words.
struct EchoEndpoint final : SignallingEndpoint {
  explicit EchoEndpoint(ConnectionSink& s) : sink(s) {}
  void opened(ConnectionId, const SocketAddress& peer, Moment) override {
    peer_was_loopback = peer.is_loopback();
  }
  void message(ConnectionId id, std::string_view json, Moment) override {
    if (json == "bye") {
      sink.send_text(id, "farewell");
      sink.close(id, 1000, std::string(200, 'r'));
      sink.send_text(id, "too late");
    } else if (json == "drop") {
      sink.drop(id);
    } else if (json == "flood") {
      for (int i = 0; i < 40; ++i) sink.send_text(id, std::string(1u << 20, 'f'));
    } else {
      sink.send_text(id, std::string(json));
    }
  }
  void closed(ConnectionId, Moment) override {
    const std::lock_guard lock(mutex);
    ++closed_count;
    changed.notify_all();
  }
  bool wait_for_closed(int count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return closed_count >= count; });
  }

  ConnectionSink& sink;
  std::atomic<bool> peer_was_loopback = false;
  std::mutex mutex;
  std::condition_variable changed;
  int closed_count = 0;
};

/// Takes bodies of up to a hundred bytes and returns them, from a later turn of the loop if asked.
struct BodyHandler final : Handler {
  std::size_t body_limit(const Request&) const override { return 100; }
  void handle(const Request& request, Moment, Reply reply) override {
    Response response;
    response.body.emplace_back(request.body);
    reply(std::move(response));
    reply(Response{});  // a second reply must not matter
  }
};

class RunningServer {
 public:
  explicit RunningServer(Transport transport, GlobalConfig config = {},
                         ServerSettings settings = {}) {
    std::string name = (fs::temp_directory_path() / "halcyon-server-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory = name;
    fs::create_directory(directory / "static");
    std::ofstream(directory / "static/index.html") << "hello";
    std::ofstream(directory / "static/large.bin") << std::string(3'000'000, 'L');
    std::ofstream(directory / "secret") << "secret";
    config_.config = std::move(config);
    root_ = std::move(*FileRoot::open(directory / "static", "static files"));
    files_.emplace(*root_, config_);
    router_.emplace(*files_);
    router_->add_prefix("/body/", body_);
    router_->add_exact("/ws", not_an_upgrade_);
    websockets.emplace(config_);
    endpoint.emplace(*websockets);
    websockets->set_endpoint(&*endpoint);
    if (transport == Transport::kTls) {
      auto store = CertificateStore::open(directory);
      REQUIRE(store.has_value());
      certificates_ = std::move(*store);
    }
    auto socket = ListenSocket::open(*parse_listen_address("127.0.0.1:0"));
    REQUIRE(socket.has_value());
    auto server = HttpServer::start(loop_, std::move(*socket), certificates_.get(), *router_,
                                    *websockets, std::move(settings));
    REQUIRE(server.has_value());
    server_ = std::move(*server);
    port = server_->port();
    stop_.emplace(loop_, [this] { loop_.stop(); });
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~RunningServer() {
    stop_->wake();
    thread_.join();
    stop_.reset();
    server_.reset();
    fs::remove_all(directory);
  }

  fs::path directory;
  std::uint16_t port = 0;
  std::optional<WebSocketLayer> websockets;
  std::optional<EchoEndpoint> endpoint;

 private:
  uv::Loop loop_;
  FixedConfig config_;
  std::unique_ptr<FileRoot> root_;
  std::optional<StaticFiles> files_;
  BodyHandler body_;
  NotAnUpgrade not_an_upgrade_;
  std::optional<Router> router_;
  std::unique_ptr<CertificateStore> certificates_;
  std::unique_ptr<HttpServer> server_;
  std::optional<uv::Async> stop_;
  std::thread thread_;
};

void write_pair(const fs::path& directory, const SelfSigned& made) {
  FILE* certificate = std::fopen((directory / "cert.pem").c_str(), "w");
  PEM_write_X509(certificate, made.certificate.get());
  std::fclose(certificate);
  FILE* key = std::fopen((directory / "key.pem").c_str(), "w");
  PEM_write_PrivateKey(key, made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(key);
}

}  // namespace

TEST_CASE("pages are served over TLS and plain, several on one connection") {
  for (const Transport transport : {Transport::kPlain, Transport::kTls}) {
    RunningServer server(transport);
    LoopbackClient client(server.port, transport);
    for (int i = 0; i < 3; ++i) {
      const auto answer = client.get("/");
      CHECK(answer.status == 200);
      CHECK(answer.body == "hello");
      CHECK(answer.has("date: "));
      CHECK_FALSE(answer.has("server: "));
    }
    CHECK(client.get("/missing").status == 404);
    client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = client.read_answer(false);
    CHECK(head.status == 200);
    CHECK(head.has("content-length: 5\r\n"));
    CHECK(client.get("/large.bin").body == std::string(3'000'000, 'L'));
    CHECK(client.get("/").body == "hello");
  }
}

TEST_CASE("validators and ranges work on the wire") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  const auto first = client.get("/");
  const std::size_t at = first.head.find("etag: ") + 6;
  const std::string tag = first.head.substr(at, first.head.find("\r\n", at) - at);
  const auto second = client.get("/", "If-None-Match: " + tag + "\r\n");
  CHECK(second.status == 304);
  CHECK(second.has("etag: " + tag));
  CHECK_FALSE(second.has("content-length"));
  const auto part = client.get("/", "Range: bytes=1-3\r\n");
  CHECK(part.status == 206);
  CHECK(part.body == "ell");
  CHECK(part.has("content-range: bytes 1-3/5\r\n"));
  CHECK(client.get("/", "If-Match: \"x\"\r\n").status == 412);
  CHECK(client.get("/").status == 200);
}

TEST_CASE("no path leads out of the root") {
  RunningServer server(Transport::kPlain);
  for (const char* path :
       {"/../secret", "/%2e%2e/secret", "/..%2fsecret", "/%2e%2e%2fsecret", "/a/../../secret",
        "/./../secret", "//../secret", "/..//secret", "/%00", "/index.html%00.css", "/\\../secret",
        "/index.html/../../secret", "/%zz"}) {
    CAPTURE(std::string(path));
    LoopbackClient client(server.port, Transport::kPlain);
    const auto answer = client.get(path);
    // libwebsockets ends a path at a NUL byte: what is left of it may be a page, but nothing else.
    CHECK((answer.status != 200 || answer.body == "hello"));
    CHECK(answer.status < 500);
    CHECK(answer.body.find("secret") == std::string::npos);
  }
}

TEST_CASE("bodies arrive whole and are bounded") {
  RunningServer server(Transport::kTls);
  LoopbackClient client(server.port, Transport::kTls);
  const auto post = [&](LoopbackClient& c, const std::string& body) {
    c.send("POST /body/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n");
    c.send(body);
    return c.read_answer();
  };
  CHECK(post(client, "abc").body == "abc");
  CHECK(post(client, "").status == 200);
  CHECK(post(client, std::string(100, 'x')).body == std::string(100, 'x'));
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
  CHECK(client.read_answer().status == 405);
  CHECK(client.get("/").body == "hello");
  CHECK(post(client, std::string(101, 'x')).status == 413);
  CHECK(client.reads_end());
}

TEST_CASE("requests that cannot be served are refused") {
  RunningServer server(Transport::kPlain);
  const auto status_of = [&](const std::string& request) {
    LoopbackClient client(server.port, Transport::kPlain);
    client.send(request);
    return client.read_answer().status;
  };
  CHECK(status_of("POST /body/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 501);
  CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nReferer: " + std::string(20000, 'x') +
                  "\r\n\r\n") == 431);
  CHECK(status_of("GET /ws HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(status_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
}

TEST_CASE("no other protocol is switched to") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  const auto answer = client.get(
      "/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n");
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello");
  CHECK(client.get("/").status == 200);
  LoopbackClient tunnel(server.port, Transport::kPlain);
  tunnel.send("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  CHECK(tunnel.read_answer().status != 200);
}

TEST_CASE("plain HTTP on the TLS port is told so") {
  RunningServer server(Transport::kTls);
  LoopbackClient client(server.port, Transport::kPlain);
  const auto answer = client.get("/");
  CHECK(answer.status == 400);
  CHECK(answer.body == "Client sent an HTTP request to an HTTPS server.\n");
  LoopbackClient socket(server.port, Transport::kPlain);
  CHECK(socket.upgrade() == 400);
}

TEST_CASE("messages travel both ways, whatever their size and fragmentation") {
  for (const Transport transport : {Transport::kPlain, Transport::kTls}) {
    RunningServer server(transport);
    LoopbackClient client(server.port, transport);
    REQUIRE(client.upgrade() == 101);
    client.send_frame(0x81, "{\"type\":\"ping\"}");
    CHECK(client.read_frame()->payload == "{\"type\":\"ping\"}");
    CHECK(server.endpoint->peer_was_loopback);
    // Binary, and in three fragments with a ping between them.
    client.send_frame(0x02, "ab");
    client.send_frame(0x89, "p");
    client.send_frame(0x00, "cd");
    client.send_frame(0x80, "ef");
    const auto pong = client.read_frame();
    REQUIRE(pong.has_value());
    CHECK(pong->opcode == 10);
    const auto echo = client.read_frame();
    REQUIRE(echo.has_value());
    CHECK(echo->payload == "abcdef");
    CHECK(echo->opcode == 1);
    const std::string large(kMaxClientMessage, 'x');
    client.send_frame(0x81, large);
    CHECK(client.read_frame()->payload == large);
  }
}

TEST_CASE("a message beyond the limit ends the connection with 1009") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  REQUIRE(client.upgrade() == 101);
  client.send_frame(0x01, std::string(kMaxClientMessage, 'x'));
  client.send_frame(0x80, "y");
  const auto frame = client.read_frame();
  REQUIRE(frame.has_value());
  CHECK(frame->close_code() == 1009);
  client.send_frame(0x88, "\x03\xf1");
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("text that is not UTF-8 ends the connection") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  REQUIRE(client.upgrade() == 101);
  client.send_frame(0x81, "\xff\xfe");
  const auto frame = client.read_frame();
  if (frame) CHECK(frame->close_code() == 1007);
  client.send_frame(0x88, "\x03\xef");
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("reserved opcodes end the connection") {
  RunningServer server(Transport::kPlain);
  {
    LoopbackClient client(server.port, Transport::kPlain);
    REQUIRE(client.upgrade() == 101);
    client.send_frame(0x83, "x");
    const auto frame = client.read_frame();
    if (frame) CHECK(frame->close_code() == 1002);
    CHECK(client.reads_end());
  }
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("close sends what is queued, then a close frame with as much of the reason as fits") {
  RunningServer server(Transport::kTls);
  LoopbackClient client(server.port, Transport::kTls);
  REQUIRE(client.upgrade() == 101);
  client.send_frame(0x81, "bye");
  CHECK(client.read_frame()->payload == "farewell");
  const auto close = client.read_frame();
  REQUIRE(close.has_value());
  CHECK(close->close_code() == 1000);
  CHECK(close->payload.substr(2) == std::string(123, 'r'));
  client.send_frame(0x88, close->payload.substr(0, 2));
  CHECK(client.reads_end());
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("the client's close code is echoed") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  REQUIRE(client.upgrade() == 101);
  client.send_frame(0x88, "\x0f\xa0");
  const auto close = client.read_frame();
  REQUIRE(close.has_value());
  CHECK(close->close_code() == 4000);
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("drop ends the connection without a close frame") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  REQUIRE(client.upgrade() == 101);
  client.send_frame(0x81, "drop");
  CHECK_FALSE(client.read_frame().has_value());
  CHECK(server.endpoint->wait_for_closed(1));
}

TEST_CASE("a receiver that does not read is dropped, and others are not held up") {
  RunningServer server(Transport::kPlain);
  LoopbackClient slow(server.port, Transport::kPlain);
  LoopbackClient other(server.port, Transport::kPlain);
  REQUIRE(slow.upgrade() == 101);
  REQUIRE(other.upgrade() == 101);
  slow.send_frame(0x81, "flood");
  other.send_frame(0x81, "hello");
  CHECK(other.read_frame()->payload == "hello");
  CHECK(server.endpoint->wait_for_closed(1));
  CHECK(server.websockets->dropped_slow() == 1);
  other.send_frame(0x81, "still here");
  CHECK(other.read_frame()->payload == "still here");
}

TEST_CASE("only known origins may open a signalling connection") {
  GlobalConfig config;
  config.allow_origin = {"https://app.example.org"};
  RunningServer server(Transport::kPlain, config);
  const auto status_with = [&](const char* header) {
    LoopbackClient client(server.port, Transport::kPlain);
    return client.upgrade(header);
  };
  CHECK(status_with("Origin: https://evil.example.org\r\n") == 403);
  CHECK(status_with("Origin: https://localhost\r\n") == 101);
  CHECK(status_with("Origin: https://APP.example.org\r\n") == 101);
  LoopbackClient elsewhere(server.port, Transport::kPlain);
  CHECK(elsewhere
            .get("/other",
                 "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
                 "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
            .status == 404);
}

TEST_CASE("extensions are not negotiated") {
  RunningServer server(Transport::kPlain);
  LoopbackClient client(server.port, Transport::kPlain);
  client.send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
  const auto answer = client.read_answer();
  CHECK(answer.status == 101);
  // RFC 6455 1.3: the accept value of the RFC's own key, here in lower case.
  CHECK(answer.has("s3pplmbitxaq9kygzzhzrbk+xoo="));
  CHECK_FALSE(answer.has("sec-websocket-extensions"));
  CHECK_FALSE(answer.has("sec-websocket-protocol"));
}

TEST_CASE("without files a certificate with names is made, and files replace it while running") {
  RunningServer server(Transport::kTls);
  LoopbackClient before(server.port, Transport::kTls);
  CHECK(before.certificate_names().find("localhost\n") != std::string::npos);
  const SelfSigned made = make_self_signed({"DNS:files.example.org"});
  write_pair(server.directory, made);
  LoopbackClient after(server.port, Transport::kTls);
  CHECK(after.certificate_names() == "files.example.org\n");
  CHECK(before.get("/").body == "hello");
  // Half a replacement: the old pair stays in use.
  std::ofstream(server.directory / "cert.pem") << "no certificate";
  LoopbackClient later(server.port, Transport::kTls);
  CHECK(later.certificate_names() == "files.example.org\n");
}

TEST_CASE("a certificate that cannot be used is one clear sentence at start") {
  std::string name = (fs::temp_directory_path() / "halcyon-cert-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path directory = name;
  const auto error = [&] {
    const auto store = CertificateStore::open(directory);
    return store ? std::string() : store.error().message;
  };
  CHECK(error().empty());
  write_pair(directory, make_self_signed({"DNS:a.org"}));
  CHECK(error().empty());
  fs::remove(directory / "key.pem");
  CHECK(error().find("key.pem") != std::string::npos);
  std::ofstream(directory / "key.pem") << "nonsense";
  CHECK(error().find("holds no usable key") != std::string::npos);
  const fs::path other = directory / "other";
  fs::create_directory(other);
  write_pair(other, make_self_signed({"DNS:b.org"}));
  fs::copy_file(other / "key.pem", directory / "key.pem", fs::copy_options::overwrite_existing);
  CHECK(error().find("is not the key of") != std::string::npos);
  fs::remove_all(directory);
}

TEST_CASE("an occupied port is one clear sentence") {
  const auto first = ListenSocket::open(*parse_listen_address("127.0.0.1:0"));
  REQUIRE(first.has_value());
  const auto second = ListenSocket::open({"", "127.0.0.1", (*first)->port()});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().message.find("another program listens there") != std::string::npos);
}

TEST_CASE("a Unix socket is taken over when stale, refused when in use, and removed at the end") {
  std::string name = (fs::temp_directory_path() / "halcyon-unix-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const std::string path = name + "/http.sock";
  {
    const auto first = ListenSocket::open({path, "", 0});
    REQUIRE(first.has_value());
    CHECK_FALSE(ListenSocket::open({path, "", 0}).has_value());
    fs::create_hard_link(path, name + "/copy");
  }
  CHECK_FALSE(fs::exists(path));
  // What a killed process leaves behind: a socket file that nobody listens on.
  fs::rename(name + "/copy", path);
  CHECK(ListenSocket::open({path, "", 0}).has_value());
  fs::remove_all(name);
}
