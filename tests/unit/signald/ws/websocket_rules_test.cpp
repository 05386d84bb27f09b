#include <doctest/doctest.h>

#include "signald/ws/close_reason.h"
#include "signald/ws/message_assembler.h"
#include "signald/ws/send_queue.h"
#include "signald/ws/upgrade_check.h"

using namespace halcyon::signald;

TEST_CASE("a close reason is cut before a character, never within one") {
  CHECK(fitting_close_reason("short") == "short");
  CHECK(fitting_close_reason(std::string(123, 'a')) == std::string(123, 'a'));
  CHECK(fitting_close_reason(std::string(200, 'a')) == std::string(123, 'a'));
  // The two bytes of the last character are numbers 123 and 124.
  const std::string two = std::string(122, 'a') + "\xc3\xa9\xc3\xa9";
  CHECK(fitting_close_reason(two) == std::string(122, 'a'));
  // Four bytes from number 121 on.
  const std::string four = std::string(120, 'a') + "\xf0\x9f\x98\x80";
  CHECK(fitting_close_reason(four) == std::string(120, 'a'));
  CHECK(fitting_close_reason(std::string(200, '\x80')).empty());
}

TEST_CASE("only codes that may be sent make a valid close frame") {
  const auto valid = [](int code) {
    return is_valid_close_payload(
        std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)});
  };
  CHECK(is_valid_close_payload(""));
  CHECK_FALSE(is_valid_close_payload("x"));
  for (const int code : {1000, 1003, 1007, 1014, 3000, 4999}) CHECK(valid(code));
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
    CHECK_FALSE(valid(code));
  }
}

TEST_CASE("messages are put together from their pieces") {
  using Outcome = MessageAssembler::Outcome;
  MessageAssembler assembler(10);
  CHECK(assembler.add("ab", false) == Outcome::kMore);
  CHECK(assembler.add("cd", true) == Outcome::kComplete);
  CHECK(assembler.message() == "abcd");
  CHECK(assembler.add("", true) == Outcome::kComplete);
  CHECK(assembler.message().empty());
}

TEST_CASE("a message of exactly the limit passes, one byte more does not") {
  using Outcome = MessageAssembler::Outcome;
  MessageAssembler assembler(10);
  CHECK(assembler.add("12345", false) == Outcome::kMore);
  CHECK(assembler.add("67890", true) == Outcome::kComplete);
  CHECK(assembler.add("12345", false) == Outcome::kMore);
  CHECK(assembler.add("67890", false) == Outcome::kMore);
  CHECK(assembler.add("x", true) == Outcome::kTooBig);
}

TEST_CASE("the send queue is bounded in messages and in bytes") {
  SendQueue many;
  for (std::size_t i = 0; i < kMaxQueuedMessages; ++i) REQUIRE(many.push("x"));
  CHECK_FALSE(many.push("x"));
  CHECK(many.pop() == "x");
  CHECK(many.push("y"));

  SendQueue large;
  REQUIRE(large.push(std::string(kMaxQueuedBytes, 'x')));
  CHECK_FALSE(large.push("y"));
  CHECK(large.pop().size() == kMaxQueuedBytes);
  CHECK(large.bytes() == 0);
  CHECK(large.empty());
}

TEST_CASE("upgrades are checked in order") {
  Request good;
  good.headers.set("host", "a.org");
  good.headers.set("connection", "keep-alive, Upgrade");
  good.headers.set("upgrade", "WebSocket");
  good.headers.set("sec-websocket-version", "13");
  good.headers.set("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK(check_upgrade(good, {}) == 0);

  const auto with = [&](const char* name, const char* value) {
    Request request = good;
    request.headers.set(name, value);
    return check_upgrade(request, {"https://app.org"});
  };
  CHECK(with("connection", "keep-alive") == 400);
  CHECK(with("upgrade", "h2c") == 400);
  CHECK(with("sec-websocket-version", "8") == 400);
  CHECK(with("origin", "https://evil.org") == 403);
  CHECK(with("origin", "https://A.ORG") == 0);
  CHECK(with("origin", "https://app.org") == 0);
  CHECK(with("sec-websocket-key", "short") == 400);
  CHECK(with("sec-websocket-key", "") == 400);
  Request post = good;
  post.method = Method::kPost;
  CHECK(check_upgrade(post, {}) == 405);
}

TEST_CASE("an old public server lets pages of every site connect") {
  Request request;
  request.headers.set("host", "a.org");
  request.headers.set("connection", "Upgrade");
  request.headers.set("upgrade", "websocket");
  request.headers.set("sec-websocket-version", "13");
  request.headers.set("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
  request.headers.set("origin", "https://anywhere.org");
  CHECK(check_upgrade(request, {}, AnyOrigin::kRefused) == 403);
  CHECK(check_upgrade(request, {}, AnyOrigin::kAllowed) == 0);
}
