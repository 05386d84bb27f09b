#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "signald/server/http1_session.h"
#include "test_handler.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

const TimeDelta kSecond = TimeDelta::seconds(1);
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";
constexpr std::string_view kHalfPost =
    "POST / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 10\r\n\r\nhalf";

struct NoUpgrades final : UpgradeRules {
  int check(const Request&) const override { return 403; }
};

/// A session, with the time in the test's hand.
struct Line {
  Line() { handler.response.body.emplace_back("hello"); }

  std::string send(std::string_view bytes) {
    session.receive(bytes, now);
    return pull();
  }
  std::string pull() {
    std::string out;
    std::array<char, 1000> piece{};
    while (const std::size_t length = session.pull(piece, now)) out.append(piece.data(), length);
    return out;
  }
  /// Lets time pass, deadline by deadline; what the session said meanwhile.
  std::string wait(TimeDelta time) {
    std::string out;
    const Timestamp end = now.now + time;
    for (Timestamp due = session.deadline(); due <= end; due = session.deadline()) {
      now.now = std::max(now.now, due);
      session.on_time(now);
      out += pull();
    }
    now.now = end;
    return out;
  }

  Moment now{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};
  TestHandler handler;
  TrustedProxies proxies;
  ConnectionLimits limits;
  NoUpgrades upgrades;
  Http1Session session{{handler, proxies, limits, SocketAddress(), false, [] {}}, upgrades, now};
  TimeDelta header = TimeDelta::seconds(limits.header_seconds);
  TimeDelta idle = TimeDelta::seconds(limits.idle_seconds);
};

}  // namespace

TEST_CASE("a client that says nothing is left after the time of a head, without an answer") {
  Line line;
  CHECK(line.wait(line.header - kSecond).empty());
  CHECK_FALSE(line.session.finished());
  CHECK(line.wait(kSecond).empty());
  CHECK(line.session.finished());
}

TEST_CASE("a head that drips has its time from when the connection began") {
  Line line;
  line.wait(line.header / 2);
  for (int i = 0; i < 9; ++i) {
    CHECK(line.send(kGet.substr(static_cast<std::size_t>(i), 1)).empty());
    CHECK(line.wait(line.header / 20).empty());
  }
  line.send(kGet.substr(9, 1));
  CHECK(line.wait(line.header / 20).starts_with("HTTP/1.1 408 "));
  CHECK(line.session.finished());
}

TEST_CASE("a head that drips on a connection used before has the time of a head, not of idleness") {
  Line line;
  CHECK(line.send(kGet).starts_with("HTTP/1.1 200 "));
  line.wait(line.idle - kSecond);
  for (int i = 0; i < 9; ++i) {
    line.send(kGet.substr(static_cast<std::size_t>(i), 1));
    CHECK(line.wait(line.header / 10).empty());
  }
  line.send(kGet.substr(9, 1));
  CHECK(line.wait(line.header / 10).starts_with("HTTP/1.1 408 "));
  CHECK(line.session.finished());
}

TEST_CASE("a connection that asks nothing more is left after the time of idleness") {
  Line line;
  line.send(kGet);
  CHECK(line.wait(line.idle - kSecond).empty());
  CHECK_FALSE(line.session.finished());
  CHECK(line.wait(kSecond).empty());
  CHECK(line.session.finished());
}

TEST_CASE("empty lines do not keep an idle connection") {
  Line line;
  line.send(kGet);
  for (int i = 0; i < 10 && !line.session.finished(); ++i) {
    line.wait(line.idle / 4);
    if (!line.session.finished()) line.send("\r\n");
  }
  CHECK(line.session.finished());
}

TEST_CASE("a request's body that does not progress is given up") {
  Line line;
  line.handler.limit = 100;
  line.send(kHalfPost);
  line.wait(kProgressTime - kSecond);
  line.send("more");
  CHECK(line.wait(kProgressTime - kSecond).empty());
  CHECK(line.wait(kSecond).starts_with("HTTP/1.1 408 "));
  CHECK(line.handler.requests.empty());
}

TEST_CASE("a handler may take its time") {
  Line line;
  line.handler.answers_at_once = false;
  line.send(kGet);
  CHECK(line.wait(TimeDelta::seconds(3600)).empty());
  line.handler.replies[0](line.handler.response);
  CHECK(line.pull().starts_with("HTTP/1.1 200 "));
  CHECK_FALSE(line.session.finished());
}

TEST_CASE("what was pipelined waits for its turn, in order") {
  Line line;
  line.handler.answers_at_once = false;
  line.send(std::string(kGet) + std::string(kGet));
  CHECK(line.handler.requests.size() == 1);
  line.handler.replies[0](line.handler.response);
  CHECK(line.pull().ends_with("hello"));
  CHECK(line.handler.requests.size() == 2);
}

TEST_CASE("an answer that comes after the session has gone does no harm") {
  TestHandler handler;
  handler.answers_at_once = false;
  TrustedProxies proxies;
  ConnectionLimits limits;
  NoUpgrades upgrades;
  {
    Http1Session session({handler, proxies, limits, SocketAddress(), false, [] {}}, upgrades, {});
    session.receive(kGet, {});
  }
  REQUIRE(handler.replies.size() == 1);
  handler.replies[0](handler.response);
}
