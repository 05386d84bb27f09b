#include "signald/server/http2_session.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "http2_pair.h"
#include "signald/server/http2_limits.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a request comes whole and its answer goes back whole") {
  Http2Pair pair;
  pair.handler.response.status = 201;
  pair.handler.response.headers.add("X-Some", "thing");
  auto fields = Http2Client::get_fields("/a%20b?c=d%20e");
  fields.emplace_back("accept", "text/html");
  fields.emplace_back("cookie", "one=1");
  fields.emplace_back("cookie", "two=2");
  const Http2Answer& answer = pair.ask(fields);
  REQUIRE(pair.handler.requests.size() == 1);
  const Request& request = pair.handler.requests[0];
  CHECK(request.method == Method::kGet);
  CHECK(request.path == "/a b");
  CHECK(request.escaped_path == "/a%20b");
  CHECK(request.query == "c=d%20e");
  CHECK(request.headers.get("host") == "example.org");
  CHECK(request.headers.get("accept") == "text/html");
  CHECK(request.headers.get("cookie") == "one=1; two=2");
  CHECK_FALSE(request.headers.has(":path"));
  CHECK(request.peer.ip() == "192.0.2.1");
  CHECK(request.tls);
  CHECK(answer.status == 201);
  CHECK(answer.body == "hello");
  CHECK(answer.complete);
  CHECK_FALSE(answer.reset.has_value());
  CHECK(answer.headers.at("x-some") == "thing");
  CHECK(answer.headers.at("content-length") == "5");
  CHECK(answer.headers.at("date") == "Tue, 14 Nov 2023 22:13:20 GMT");
}

TEST_CASE("HEAD, 204 and 304 have no body, HEAD the length") {
  Http2Pair pair;
  auto fields = Http2Client::get_fields("/");
  fields[0].second = "HEAD";
  const Http2Answer head = pair.ask(fields);
  CHECK(head.complete);
  CHECK(head.body.empty());
  CHECK(head.headers.at("content-length") == "5");
  for (const int status : {204, 304}) {
    pair.handler.response.status = status;
    const Http2Answer answer = pair.get("/");
    CHECK(answer.status == status);
    CHECK(answer.complete);
    CHECK(answer.body.empty());
    CHECK_FALSE(answer.headers.contains("content-length"));
  }
}

TEST_CASE("fields of HTTP/1 connections and control characters stay out of a response") {
  Http2Pair pair;
  for (const char* name : {"Connection", "Keep-Alive", "Upgrade", "Transfer-Encoding"}) {
    pair.handler.response.headers.add(name, "x");
  }
  pair.handler.response.headers.add("location", "/a\r\nset-cookie: b");
  const Http2Answer answer = pair.get("/");
  CHECK(answer.complete);
  CHECK(answer.headers.size() == 3);  // date and content-length are the others
  CHECK(answer.headers.at("location") == "/aset-cookie: b");
}

TEST_CASE("a long body keeps to the client's window and arrives whole") {
  Http2Pair pair;
  std::string body;
  for (int i = 0; body.size() < 300'000; ++i) body += std::to_string(i) + ",";
  pair.response_body(body);
  CHECK(pair.get("/").body == body);
  CHECK(pair.client.answers.begin()->second.complete);
}

TEST_CASE("a file that is shorter than promised ends its stream with INTERNAL_ERROR, no other") {
  Http2Pair pair;
  pair.handler.response.body.emplace_back(
      FilePart{std::make_shared<FileHandle>(::open("/dev/null", O_RDONLY)), 0, 10});
  const Http2Answer answer = pair.get("/");
  CHECK_FALSE(answer.complete);
  CHECK(answer.reset == NGHTTP2_INTERNAL_ERROR);
  pair.response_body("again");
  CHECK(pair.get("/").body == "again");
}

TEST_CASE("a body reaches its handler; one that nobody wants is read and dropped") {
  Http2Pair pair;
  CHECK(pair.ask(Http2Client::post_fields("/"), "unwanted").status == 200);
  pair.handler.limit = 100;
  CHECK(pair.ask(Http2Client::post_fields("/"), "wanted").status == 200);
  CHECK(pair.handler.requests[0].body.empty());
  CHECK(pair.handler.requests[1].body == "wanted");
}

TEST_CASE("a body longer than allowed is answered with 413, said or sent, and let go") {
  Http2Pair pair;
  pair.handler.limit = 100;
  auto fields = Http2Client::post_fields("/");
  SUBCASE("said") { fields.emplace_back("content-length", "101"); }
  SUBCASE("sent") {}
  const std::int32_t stream = pair.client.open(fields);
  pair.client.send(stream, std::string(101, 'x'), false);
  pair.pump();
  CHECK(pair.client.answer(stream).status == 413);
  CHECK(pair.client.answer(stream).complete);
  CHECK(pair.client.answer(stream).reset == NGHTTP2_NO_ERROR);
  CHECK(pair.handler.requests.empty());
  CHECK(pair.get("/").status == 200);
}

TEST_CASE("a body of another length than it said is a stream error") {
  Http2Pair pair;
  pair.handler.limit = 100;
  auto fields = Http2Client::post_fields("/");
  fields.emplace_back("content-length", "7");
  CHECK(pair.ask(fields, "short").reset == NGHTTP2_PROTOCOL_ERROR);
  CHECK(pair.ask(fields, "much longer").reset == NGHTTP2_PROTOCOL_ERROR);
  CHECK(pair.handler.requests.empty());
  CHECK(pair.get("/").status == 200);
}

TEST_CASE("the unfinished bodies of a connection are bounded together, and 503 says so") {
  Http2Pair pair;
  pair.handler.limit = kMaxRequestBody;
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 3; ++i) {
    streams.push_back(pair.client.open(Http2Client::post_fields("/")));
    pair.client.send(streams.back(), std::string(kMaxRequestBody, 'x'), false);
    pair.pump();
  }
  CHECK(pair.client.answer(streams[1]).status == 0);
  CHECK(pair.client.answer(streams[2]).status == 503);
  pair.client.send(streams[0], "", true);
  pair.client.send(streams[1], "", true);
  pair.pump();
  CHECK(pair.client.answer(streams[0]).status == 200);
  CHECK(pair.client.answer(streams[1]).status == 200);
  CHECK(pair.ask(Http2Client::post_fields("/"), std::string(kMaxRequestBody, 'x')).status == 200);
}

TEST_CASE("who expects 100 gets it before the body, but not when refused") {
  Http2Pair pair;
  pair.handler.limit = 100;
  auto fields = Http2Client::post_fields("/");
  fields.emplace_back("expect", "100-continue");
  const std::int32_t stream = pair.client.open(fields);
  pair.pump();
  CHECK(pair.client.answer(stream).interim == std::vector<int>{100});
  pair.client.send(stream, "body", true);
  pair.pump();
  CHECK(pair.client.answer(stream).status == 200);
  fields.emplace_back("content-length", "1000");
  const std::int32_t refused = pair.client.open(fields);
  pair.pump();
  CHECK(pair.client.answer(refused).interim.empty());
  CHECK(pair.client.answer(refused).status == 413);
  CHECK(pair.ask(fields).interim.empty());
}

TEST_CASE("a head beyond the limit is answered with 431") {
  Http2Pair pair;
  auto fields = Http2Client::get_fields("/");
  for (int i = 0; i < 20; ++i) {
    fields.emplace_back("x-" + std::to_string(i), std::string(1000, 'x'));
  }
  const Http2Answer answer = pair.ask(fields);
  CHECK(answer.status == 431);
  CHECK(pair.handler.requests.empty());
  fields.resize(18);
  CHECK(pair.ask(fields).status == 200);
  CHECK(nghttp2_session_get_remote_settings(pair.client.raw(),
                                            NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE) == kMaxHead);
}

TEST_CASE("hosts and targets that make no sense are answered with 400") {
  const auto status = [](std::vector<std::pair<std::string, std::string>> changes) {
    Http2Pair pair;
    auto fields = Http2Client::get_fields("/");
    for (const auto& change : changes) {
      const auto same = std::find_if(fields.begin(), fields.end(),
                                     [&](const auto& f) { return f.first == change.first; });
      if (same == fields.end()) {
        fields.push_back(change);
      } else {
        *same = change;
      }
    }
    const Http2Answer answer = pair.ask(fields);
    return answer.reset == NGHTTP2_PROTOCOL_ERROR ? -1 : answer.status;
  };
  CHECK(status({}) == 200);
  CHECK(status({{"host", "EXAMPLE.org"}}) == 200);
  CHECK(status({{"host", "example.com"}}) == 400);
  CHECK(status({{":authority", "a@example.org"}}) <= 400);
  CHECK(status({{":authority", ""}}) <= 400);
  CHECK(status({{":path", "/%zz"}}) == 400);
  CHECK(status({{":path", "/a#b"}}) == 400);
  CHECK(status({{":path", "https://example.org/"}}) <= 400);
  CHECK(status({{":path", "*"}}) <= 400);
  CHECK(status({{":path", ""}}) <= 400);
  CHECK(status({{":scheme", "ftp"}}) == 400);
  CHECK(status({{":method", "OPTIONS"}, {":path", "*"}}) == 200);
}

TEST_CASE("CONNECT is answered with 405") {
  Http2Pair pair;
  const std::int32_t stream =
      pair.client.open({{":method", "CONNECT"}, {":authority", "example.org:443"}});
  pair.pump();
  CHECK(pair.client.answer(stream).status == 405);
  CHECK(pair.client.answer(stream).reset == NGHTTP2_NO_ERROR);
}

TEST_CASE("an answer may come later, once, or after the client has gone") {
  Http2Pair pair;
  pair.handler.answers_at_once = false;
  const std::int32_t first = pair.client.get("/1");
  const std::int32_t second = pair.client.get("/2");
  pair.pump();
  REQUIRE(pair.handler.replies.size() == 2);
  CHECK(pair.client.answer(first).status == 0);
  const int wakes = pair.wakes;
  pair.handler.replies[1](pair.handler.response);
  CHECK(pair.wakes == wakes + 1);
  Response other;
  other.status = 500;
  pair.handler.replies[1](other);
  pair.pump();
  CHECK(pair.client.answer(second).status == 200);
  pair.client.cancel(first);
  pair.pump();
  pair.handler.replies[0](pair.handler.response);
  pair.pump();
  CHECK(pair.client.answer(first).status == 0);
  pair.get("/3");
  pair.session.reset();
  pair.handler.replies[2](pair.handler.response);
}

TEST_CASE("no handler works for a request that was cancelled in the same breath") {
  Http2Pair pair;
  const std::int32_t stream = pair.client.get("/");
  std::string bytes = pair.client.output();
  pair.client.cancel(stream);
  bytes += pair.client.output();
  pair.session->receive(bytes, pair.now);
  CHECK(pair.handler.requests.empty());
}

TEST_CASE("trailers are read and ignored") {
  Http2Pair pair;
  pair.handler.limit = 100;
  const std::int32_t stream = pair.client.open(Http2Client::post_fields("/"));
  pair.client.send(stream, "body", false);
  pair.pump();
  nghttp2_nv trailer = {reinterpret_cast<std::uint8_t*>(const_cast<char*>("x-sum")),
                        reinterpret_cast<std::uint8_t*>(const_cast<char*>("1")), 5, 1, 0};
  nghttp2_submit_headers(pair.client.raw(), NGHTTP2_FLAG_END_STREAM, stream, nullptr, &trailer, 1,
                         nullptr);
  pair.pump();
  REQUIRE(pair.handler.requests.size() == 1);
  CHECK(pair.handler.requests[0].body == "body");
  CHECK_FALSE(pair.handler.requests[0].headers.has("x-sum"));
  CHECK(pair.client.answer(stream).status == 200);
}

TEST_CASE("bytes may come one at a time") {
  Http2Pair pair;
  pair.handler.limit = 100;
  const std::int32_t stream = pair.client.request(Http2Client::post_fields("/"), "body");
  for (const char byte : pair.client.output()) pair.session->receive({&byte, 1}, pair.now);
  pair.pump();
  CHECK(pair.client.answer(stream).status == 200);
  REQUIRE(pair.handler.requests.size() == 1);
  CHECK(pair.handler.requests[0].body == "body");
}
