#include <doctest/doctest.h>

#include "http2_pair.h"
#include "signald/server/http2_limits.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

const TimeDelta kSecond = TimeDelta::seconds(1);

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  const std::string& payload) {
  const auto byte = [](std::size_t value) { return static_cast<char>(value & 0xff); };
  return std::string{byte(payload.size() >> 16),
                     byte(payload.size() >> 8),
                     byte(payload.size()),
                     byte(type),
                     byte(flags),
                     byte(stream >> 24),
                     byte(stream >> 16),
                     byte(stream >> 8),
                     byte(stream)} +
         payload;
}

}  // namespace

TEST_CASE("what is no HTTP/2 ends the connection at once") {
  Http2Pair pair;
  Http2Session session(pair.context(), pair.now);
  session.receive("GET / HTTP/1.1\r\nhost: example.org\r\n\r\n", pair.now);
  CHECK(session.finished());
  CHECK_FALSE(session.wants_input());
}

TEST_CASE("a client that says nothing is left after the time of a head") {
  Http2Pair pair;
  const TimeDelta header = TimeDelta::seconds(pair.limits.header_seconds);
  pair.wait(header - kSecond);
  CHECK_FALSE(pair.client.goaway.has_value());
  pair.wait(kSecond);
  CHECK(pair.client.goaway == NGHTTP2_NO_ERROR);
  CHECK(pair.session->finished());
}

TEST_CASE("a connection without requests is left after the time of idleness, pings or not") {
  Http2Pair pair;
  pair.wait(TimeDelta::seconds(10));
  pair.get("/");
  for (int i = 0; i < pair.limits.idle_seconds - 1; ++i) {
    nghttp2_submit_ping(pair.client.raw(), NGHTTP2_FLAG_NONE, nullptr);
    pair.pump();
    pair.wait(kSecond);
  }
  CHECK(pair.client.pings_answered == pair.limits.idle_seconds - 1);
  CHECK_FALSE(pair.client.goaway.has_value());
  pair.wait(kSecond);
  CHECK(pair.client.goaway == NGHTTP2_NO_ERROR);
  CHECK(pair.session->finished());
}

TEST_CASE("a head that drips on a connection used before has the time of a head") {
  Http2Pair pair;
  pair.get("/");
  pair.client.get("/slow");
  const std::string bytes = pair.client.output();
  const TimeDelta header = TimeDelta::seconds(pair.limits.header_seconds);
  pair.session->receive(bytes.substr(0, 3), pair.now);
  for (int i = 0; i < 4; ++i) {
    pair.wait(header / 5);
    pair.session->receive(bytes.substr(3 + static_cast<std::size_t>(i), 1), pair.now);
    CHECK_FALSE(pair.session->finished());
  }
  pair.wait(header / 5);
  CHECK(pair.client.goaway == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(pair.session->finished());
}

TEST_CASE("heads that follow each other closely have their time each") {
  Http2Pair pair;
  std::string next;
  for (int i = 0; i < pair.limits.header_seconds * 2; ++i) {
    pair.client.get("/");
    const std::string bytes = next + pair.client.output();
    next = bytes.substr(bytes.size() - 1);
    pair.session->receive(bytes.substr(0, bytes.size() - 1), pair.now);
    pair.client.input(pair.pull());
    pair.wait(kSecond);
  }
  CHECK_FALSE(pair.client.goaway.has_value());
}

TEST_CASE("a request's body that does not progress is given up, the connection is not") {
  Http2Pair pair;
  pair.handler.limit = 100;
  const std::int32_t stream = pair.client.open(Http2Client::post_fields("/"));
  pair.client.send(stream, "x", false);
  pair.pump();
  pair.wait(kProgressTime - kSecond);
  pair.client.send(stream, "y", false);
  pair.pump();
  pair.wait(kProgressTime - kSecond);
  CHECK_FALSE(pair.client.answer(stream).reset.has_value());
  pair.wait(kSecond);
  CHECK(pair.client.answer(stream).reset == NGHTTP2_CANCEL);
  CHECK(pair.get("/").status == 200);
}

TEST_CASE("a response that the client does not take is given up, the connection is not") {
  Http2Pair pair({.window = 1000, .reads_on = false});
  pair.response_body(std::string(10'000, 'x'));
  const std::int32_t stream = pair.client.get("/");
  pair.pump();
  CHECK(pair.client.answer(stream).body.size() == 1000);
  pair.wait(kProgressTime - kSecond);
  pair.client.give_window(stream, 10);
  pair.pump();
  CHECK(pair.client.answer(stream).body.size() == 1010);
  pair.wait(kProgressTime - kSecond);
  CHECK_FALSE(pair.client.answer(stream).reset.has_value());
  pair.wait(kSecond);
  CHECK(pair.client.answer(stream).reset == NGHTTP2_CANCEL);
  pair.response_body("short");
  CHECK(pair.get("/").body == "short");
}

TEST_CASE("a handler may take its time") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  const std::int32_t stream = pair.client.get("/");
  pair.pump();
  pair.wait(TimeDelta::seconds(3600));
  pair.handler.replies[0](pair.handler.response);
  pair.pump();
  CHECK(pair.client.answer(stream).body == "hello");
}

TEST_CASE("streams beyond the limit are refused, and may be tried again") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  std::vector<std::int32_t> streams;
  for (std::uint32_t i = 0; i < kMaxConcurrentStreams + 5; ++i) {
    const std::int32_t stream = pair.client.get("/");
    streams.push_back(stream);
  }
  // The library's client holds them back: it has been told.
  pair.pump();
  CHECK(pair.handler.requests.size() == kMaxConcurrentStreams);
  for (std::size_t i = 0; i < 5; ++i) pair.handler.replies[i](pair.handler.response);
  pair.pump();
  CHECK(pair.handler.requests.size() == kMaxConcurrentStreams + 5);
}

TEST_CASE("requests that are cancelled as fast as they come end with ENHANCE_YOUR_CALM") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  int cancelled = 0;
  for (; !pair.client.goaway && cancelled < 10'000; ++cancelled) {
    const std::int32_t stream = pair.client.get("/");
    pair.pump();
    pair.client.cancel(stream);
    pair.pump();
  }
  CHECK(cancelled <= kChoreBurst + 2);
  CHECK(pair.client.goaway == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(pair.session->finished());
}

TEST_CASE("requests that make us reset them end with ENHANCE_YOUR_CALM as well") {
  Http2Pair pair;
  auto fields = Http2Client::get_fields("/");
  fields.emplace_back("connection", "close");
  int malformed = 0;
  for (; !pair.client.goaway && malformed < 10'000; ++malformed) pair.ask(fields);
  CHECK(malformed <= kChoreBurst + 2);
  CHECK(pair.client.goaway == NGHTTP2_ENHANCE_YOUR_CALM);
}

TEST_CASE("a hundred requests cancelled at once, again and again, are a person in a hurry") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  for (int page = 0; page < 20; ++page) {
    std::vector<std::int32_t> streams;
    for (int i = 0; i < 100; ++i) streams.push_back(pair.client.get("/"));
    pair.pump();
    for (const std::int32_t stream : streams) pair.client.cancel(stream);
    pair.pump();
    pair.wait(TimeDelta::seconds(3));
  }
  CHECK_FALSE(pair.client.goaway.has_value());
}

TEST_CASE("floods of frames that bring nothing end with ENHANCE_YOUR_CALM") {
  std::string flood;
  const std::string ping(8, 'p');
  SUBCASE("PING") { flood = frame(6, 0, 0, ping); }
  SUBCASE("SETTINGS") { flood = frame(4, 0, 0, ""); }
  SUBCASE("PRIORITY") { flood = frame(2, 0, 1, std::string(5, '\0')); }
  SUBCASE("unknown frames") { flood = frame(0xfe, 0, 0, ping); }
  SUBCASE("empty DATA") { flood = frame(0, 0, 1, ""); }
  Http2Pair pair;
  pair.handler.limit = 100;
  pair.client.open(Http2Client::post_fields("/"));
  pair.pump();
  int sent = 0;
  std::string output;
  for (; !pair.session->finished() && sent < 10'000; ++sent) {
    pair.session->receive(flood, pair.now);
    output = pair.pull();
  }
  CHECK(sent <= kChoreBurst + 1);
  CHECK(output.ends_with(std::string("\0\0\0\x0b", 4)));  // a GOAWAY's error code
}

TEST_CASE("a head in too many pieces ends the connection") {
  Http2Pair pair;
  pair.session->receive(frame(1, 1, 1, std::string(1, '\x82')), pair.now);
  for (std::size_t i = 0; i < kMaxContinuations + 1 && pair.session->wants_input(); ++i) {
    pair.session->receive(frame(9, 0, 1, std::string(1, '\x84')), pair.now);
  }
  pair.pump();
  CHECK(pair.client.goaway == NGHTTP2_ENHANCE_YOUR_CALM);
  CHECK(pair.session->finished());
}

TEST_CASE("from a client that does not read we read no more") {
  Http2Pair pair;
  std::size_t sent = 0;
  while (pair.session->wants_input() && sent < 10 * kMaxQueuedFrames) {
    pair.session->receive(frame(6, 0, 0, std::string(8, 'p')), pair.now);
    pair.now.now = pair.now.now + kSecond;
    ++sent;
  }
  CHECK(sent == kMaxQueuedFrames);
  pair.pump();
  CHECK(pair.session->wants_input());
}

TEST_CASE("who asks much and takes nothing keeps no more than so much in memory") {
  Http2Pair pair({.window = 0, .reads_on = true});
  pair.response_body(std::string(kMaxAnswersHeld / 4, 'x'));
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(pair.client.get("/"));
  pair.pump();
  CHECK(pair.handler.requests.size() == 4);
  pair.client.give_window(streams[0], kMaxAnswersHeld);
  pair.pump();
  CHECK(pair.client.answer(streams[0]).complete);
  CHECK(pair.handler.requests.size() == 5);
  for (const std::int32_t stream : streams) pair.client.give_window(stream, kMaxAnswersHeld);
  pair.pump();
  CHECK(pair.handler.requests.size() == 50);
  for (const std::int32_t stream : streams) CHECK(pair.client.answer(stream).complete);
}

TEST_CASE("a server that stops takes no new request and finishes what is under way") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  const std::int32_t stream = pair.client.get("/");
  pair.pump();
  pair.session->leave(pair.now);
  const std::int32_t late = pair.client.get("/late");
  pair.pump();
  CHECK(pair.client.goaway == NGHTTP2_NO_ERROR);
  CHECK(pair.handler.requests.size() == 1);
  CHECK(pair.client.answer(late).status == 0);
  CHECK_FALSE(pair.session->finished());
  pair.handler.replies[0](pair.handler.response);
  pair.pump();
  CHECK(pair.client.answer(stream).body == "hello");
  CHECK(pair.session->finished());
}

TEST_CASE("a server that stops leaves an idle connection at once") {
  Http2Pair pair;
  pair.get("/");
  pair.session->leave(pair.now);
  pair.pump();
  CHECK(pair.session->finished());
}

TEST_CASE("a client that has sent its last byte still gets its answer") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  const std::int32_t stream = pair.client.get("/");
  const std::int32_t unfinished = pair.client.open(Http2Client::post_fields("/"));
  pair.pump();
  pair.session->receive_end(pair.now);
  pair.client.input(pair.pull());
  CHECK(pair.client.answer(unfinished).reset == NGHTTP2_CANCEL);
  CHECK_FALSE(pair.session->wants_input());
  CHECK_FALSE(pair.session->finished());
  pair.handler.replies[0](pair.handler.response);
  pair.client.input(pair.pull());
  CHECK(pair.client.answer(stream).body == "hello");
  CHECK(pair.session->finished());
}

TEST_CASE("when nothing is open the end of the client's bytes is the end") {
  Http2Pair pair;
  pair.get("/");
  pair.session->receive_end(pair.now);
  pair.pull();
  CHECK(pair.session->finished());
}
