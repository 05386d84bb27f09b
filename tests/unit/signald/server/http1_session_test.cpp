#include "signald/server/http1_session.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "test_handler.h"

using namespace halcyon;
using namespace halcyon::signald;
using namespace std::string_view_literals;

namespace {

struct GrantAll final : UpgradeRules {
  int check(const Request&) const override { return status; }
  int status = 0;
};

/// A session whose client and time are in the test's hand.
struct Server {
  Server() { handler.response.body.emplace_back("hello"); }

  /// What is answered when these bytes come.
  std::string send(std::string_view bytes) {
    session.receive(bytes, now);
    return pull();
  }
  std::string pull() {
    std::string out;
    std::array<char, 100> piece{};
    while (const std::size_t length = session.pull(piece, now)) out.append(piece.data(), length);
    return out;
  }
  void wait(TimeDelta time) {
    now.now = now.now + time;
    if (now.now >= session.deadline()) session.on_time(now);
  }

  TestHandler handler;
  GrantAll upgrades;
  TrustedProxies proxies;
  ConnectionLimits limits;
  int wakes = 0;
  Moment now{Timestamp::from_ms(1'000'000), WallTime{}};
  Http1Session session{{handler, proxies, limits, *SocketAddress::parse("192.0.2.1", 4711), false,
                        [this] { ++wakes; }},
                       upgrades,
                       now};
};

int status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n";

}  // namespace

TEST_CASE("a request is answered with date and length, and the connection stays") {
  Server server;
  const std::string answer = server.send(kGet);
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\ndate: "));
  CHECK(answer.ends_with("content-length: 5\r\n\r\nhello"));
  CHECK_FALSE(server.session.finished());
  REQUIRE(server.handler.requests.size() == 1);
  CHECK(server.handler.requests[0].path == "/a");
  CHECK(server.handler.requests[0].headers.get("host") == "example.org");
}

TEST_CASE("a request may come byte by byte") {
  Server server;
  std::string answer;
  for (const char c : kGet) answer += server.send(std::string_view(&c, 1));
  CHECK(status_of(answer) == 200);
}

TEST_CASE("pipelined requests are answered one after the other, also when answers come late") {
  Server server;
  server.handler.answers_at_once = false;
  CHECK(server.send(std::string(kGet) + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n").empty());
  REQUIRE(server.handler.requests.size() == 1);
  const int wakes_before = server.wakes;
  server.handler.replies[0](server.handler.response);
  CHECK(server.wakes == wakes_before + 1);
  CHECK(status_of(server.pull()) == 200);
  REQUIRE(server.handler.requests.size() == 2);
  CHECK(server.handler.requests[1].path == "/b");
  // A second reply to the first does not answer the second.
  server.handler.replies[0](server.handler.response);
  CHECK(server.pull().empty());
}

TEST_CASE("a client that pipelines without end is not read from while it is being answered") {
  Server server;
  server.handler.answers_at_once = false;
  server.send(kGet);
  std::size_t sent = 0;
  while (server.session.wants_input() && sent < (1u << 20)) {
    server.session.receive(kGet, server.now);
    sent += kGet.size();
  }
  CHECK(sent < 2 * kMaxHead);
}

TEST_CASE("HEAD has the length and no body; HTTP/1.0 ends, unless asked to stay") {
  Server head;
  const std::string answer = head.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(answer.ends_with("content-length: 5\r\n\r\n"));
  Server old;
  CHECK(status_of(old.send("GET / HTTP/1.0\r\n\r\n")) == 200);
  CHECK(old.session.finished());
  Server stays;
  CHECK(stays.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            .find("connection: keep-alive") != std::string::npos);
  CHECK_FALSE(stays.session.finished());
  Server closes;
  closes.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(closes.session.finished());
}

TEST_CASE("a body comes by length or in chunks") {
  Server server;
  server.handler.limit = 100;
  CHECK(server.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc").empty());
  CHECK(status_of(server.send("def")) == 200);
  server.send("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n");
  CHECK(status_of(server.send("4\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n")) == 200);
  REQUIRE(server.handler.requests.size() == 2);
  CHECK(server.handler.requests[0].body == "abcdef");
  CHECK(server.handler.requests[1].body == "abcdefg");
  CHECK_FALSE(server.handler.requests[1].headers.has("trailer"));
}

TEST_CASE("a body that is too long is 413 and the end, whether it says so or not") {
  Server says;
  says.handler.limit = 10;
  CHECK(status_of(says.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")) == 413);
  CHECK(says.session.finished());
  Server chunked;
  chunked.handler.limit = 10;
  CHECK(status_of(chunked.send("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                               "chunked\r\n\r\nb\r\n12345678901\r\n")) == 413);
  CHECK(chunked.handler.requests.empty());
}

TEST_CASE("a body that nobody wants is thrown away, and the connection goes on") {
  Server server;
  server.handler.limit = 0;
  const std::string request =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x');
  CHECK(status_of(server.send(request)) == 200);
  CHECK(server.handler.requests[0].body.empty());
  CHECK(status_of(server.send(kGet)) == 200);
}

TEST_CASE("who asks before sending a body is told to go on, unless it is too long") {
  Server server;
  server.handler.limit = 10;
  const std::string head = "PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
  CHECK(server.send(head + "3\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(status_of(server.send("abc")) == 200);
  CHECK(status_of(server.send(head + "11\r\n\r\n")) == 413);
}

TEST_CASE("what is ambiguous or malformed is refused, and the connection ends") {
  const struct {
    std::string_view request;
    int status;
  } rows[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / FTP\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
       "3\r\n\r\n0\r\n\r\n",
       400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n", 400},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv, 400},
  };
  for (const auto& row : rows) {
    CAPTURE(row.request);
    Server server;
    const std::string answer = server.send(row.request);
    CHECK(status_of(answer) == row.status);
    CHECK(answer.find("connection: close\r\n") != std::string::npos);
    CHECK(server.session.finished());
    CHECK(server.handler.requests.empty());
  }
}

TEST_CASE("a head that is too long is 431") {
  Server server;
  const std::string field = "X: " + std::string(kMaxHead, 'x') + "\r\n";
  CHECK(status_of(server.send("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n")) == 431);
  Server endless;
  CHECK(status_of(endless.send("GET / HTTP/1.1\r\nHost: a\r\n" + field)) == 431);
}

TEST_CASE("targets keep their characters; an absolute one replaces the host") {
  Server server;
  server.send("GET /a+b;c%20d?x=1+2&y=%2F HTTP/1.1\r\nHost: x\r\n\r\n");
  server.send("GET http://other.example/p?q HTTP/1.1\r\nHost: x\r\n\r\n");
  server.send("GET /%2e%2e/%00 HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(server.handler.requests.size() == 3);
  CHECK(server.handler.requests[0].path == "/a+b;c d");
  CHECK(server.handler.requests[0].query == "x=1+2&y=%2F");
  CHECK(server.handler.requests[1].path == "/p");
  CHECK(server.handler.requests[1].query == "q");
  CHECK(server.handler.requests[1].headers.get("host") == "other.example");
  CHECK(server.handler.requests[2].path == "/../\0"sv);
  CHECK(server.handler.requests[2].escaped_path == "/%2e%2e/%00");
}

TEST_CASE("unknown methods reach the handler, and OPTIONS * asks for the server") {
  Server server;
  CHECK(status_of(server.send("BREW / HTTP/1.1\r\nHost: x\r\n\r\n")) == 200);
  CHECK(server.handler.requests[0].method == Method::kOther);
  CHECK(server.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").find("allow: GET") !=
        std::string::npos);
  CHECK(server.handler.requests.size() == 1);
}

TEST_CASE("an answer that is not taken ends the connection") {
  Server answer;
  answer.handler.response.body.emplace_back(std::string(1000, 'x'));
  answer.session.receive(kGet, answer.now);
  std::array<char, 100> piece{};
  CHECK(answer.session.pull(piece, answer.now) == 100);
  answer.wait(kProgressTime);
  CHECK(answer.session.finished());
}

TEST_CASE("a client that has ended its side still gets its answer") {
  Server server;
  server.handler.answers_at_once = false;
  server.send(kGet);
  server.session.receive_end(server.now);
  CHECK_FALSE(server.session.finished());
  server.handler.replies[0](server.handler.response);
  CHECK(status_of(server.pull()) == 200);
  CHECK(server.session.finished());
}

TEST_CASE("control characters of a value do not reach the wire") {
  Server server;
  server.handler.response.headers.add("location", "/a\r\nset-cookie: x");
  CHECK(server.send(kGet).find("location: /aset-cookie: x\r\n") != std::string::npos);
}

TEST_CASE("a server that stops lets a request end and begins no other") {
  Server idle;
  idle.send(kGet);
  idle.session.leave(idle.now);
  CHECK(idle.session.finished());
  Server busy;
  busy.handler.answers_at_once = false;
  busy.send(std::string(kGet) + std::string(kGet));
  busy.session.leave(busy.now);
  busy.handler.replies[0](busy.handler.response);
  CHECK(busy.pull().find("connection: close\r\n") != std::string::npos);
  CHECK(busy.session.finished());
  CHECK(busy.handler.requests.size() == 1);
}

TEST_CASE("an upgrade that is granted leaves HTTP, with what was sent behind it") {
  Server server;
  server.session.receive(
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\nearly",
      server.now);
  CHECK(server.pull().empty());
  const auto upgrade = server.session.take_upgrade();
  REQUIRE(upgrade.has_value());
  CHECK(upgrade->request.path == "/ws");
  CHECK(upgrade->early == "early");
}

TEST_CASE("an upgrade that is refused says which version would do; others are not upgrades") {
  Server refused;
  refused.upgrades.status = 403;
  const std::string answer = refused.send(
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  CHECK(status_of(answer) == 403);
  CHECK(answer.find("sec-websocket-version: 13\r\n") != std::string::npos);
  Server other;
  CHECK(status_of(other.send(
            "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")) == 200);
}
