#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "http2_client.h"
#include "signald/server/http2_session.h"
#include "test_handler.h"

namespace halcyon::signald {

/// A server's session and a client, with the time in the test's hand.
struct Http2Pair {
  explicit Http2Pair(Http2Client::Options options = {}) : client(options) {
    response_body("hello");
    pump();
  }

  void response_body(std::string text) {
    handler.response = Response();
    handler.response.body.emplace_back(std::move(text));
  }

  SessionContext context() {
    return {handler, proxies,
            limits,  *SocketAddress::parse("192.0.2.1", 4711),
            true,    [this] { ++wakes; }};
  }

  std::string pull() {
    std::string out;
    std::array<char, 1000> piece{};
    while (const std::size_t length = session->pull(piece, now)) out.append(piece.data(), length);
    return out;
  }

  /// Until neither has anything to say.
  void pump() {
    for (bool busy = true; busy;) {
      const std::string from_client = client.output();
      if (!from_client.empty() && session->wants_input()) session->receive(from_client, now);
      const std::string from_server = pull();
      client.input(from_server);
      busy = !from_client.empty() || !from_server.empty();
    }
  }

  /// Lets time pass, deadline by deadline.
  void wait(TimeDelta time) {
    const Timestamp end = now.now + time;
    for (;;) {
      const Timestamp due = session->deadline();
      if (due > end) break;
      now.now = std::max(now.now, due);
      session->on_time(now);
      pump();
    }
    now.now = end;
  }

  const Http2Answer& get(const std::string& path) {
    const std::int32_t stream = client.get(path);
    pump();
    return client.answer(stream);
  }
  const Http2Answer& ask(const Http2Client::Fields& fields,
                         std::optional<std::string> body = std::nullopt) {
    const std::int32_t stream = client.request(fields, std::move(body));
    pump();
    return client.answer(stream);
  }

  Moment now{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};
  TestHandler handler;
  TrustedProxies proxies;
  ConnectionLimits limits;
  int wakes = 0;
  Http2Client client;
  std::unique_ptr<Http2Session> session = std::make_unique<Http2Session>(context(), now);
};

}  // namespace halcyon::signald
