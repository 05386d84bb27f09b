#include "signald/session/login_throttle.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

SocketAddress address(const std::string& ip) { return *SocketAddress::parse(ip, 1234); }

}  // namespace

TEST_CASE("an address that fails too often has to wait, and is forgotten in time") {
  LoginThrottle throttle;
  Timestamp now = Timestamp::from_ms(1'000'000);
  for (std::int64_t i = 0; i < LoginThrottle::kBurst; ++i) {
    CHECK(throttle.allows(address("192.0.2.1"), now));
    throttle.failed(address("192.0.2.1"), now);
  }
  CHECK_FALSE(throttle.allows(address("192.0.2.1"), now));
  CHECK(throttle.allows(address("192.0.2.2"), now));
  now = now + LoginThrottle::kForgetAfter;
  CHECK(throttle.allows(address("192.0.2.1"), now));
  throttle.failed(address("192.0.2.1"), now);
  CHECK_FALSE(throttle.allows(address("192.0.2.1"), now));
}

TEST_CASE("neighbours in an IPv6 network count as one, loopback does not count") {
  LoginThrottle throttle;
  const Timestamp now = Timestamp::from_ms(1'000'000);
  for (std::int64_t i = 0; i < LoginThrottle::kBurst; ++i) {
    throttle.failed(address("2001:db8::" + std::to_string(i + 1)), now);
    throttle.failed(address("127.0.0.1"), now);
    throttle.failed(address("::1"), now);
    throttle.failed(SocketAddress(), now);
  }
  CHECK_FALSE(throttle.allows(address("2001:db8::ffff"), now));
  CHECK(throttle.allows(address("2001:db8:0:1::1"), now));
  CHECK(throttle.allows(address("127.0.0.1"), now));
  CHECK(throttle.allows(address("::1"), now));
  CHECK(throttle.allows(SocketAddress(), now));
  CHECK(throttle.size() == 1);
}

TEST_CASE("the number of remembered addresses is bounded") {
  LoginThrottle throttle;
  const Timestamp now = Timestamp::from_ms(1'000'000);
  for (std::size_t i = 0; i < LoginThrottle::kMaxAddresses + 3; ++i) {
    throttle.failed(address("10." + std::to_string(i / 65536) + "." +
                            std::to_string(i / 256 % 256) + "." + std::to_string(i % 256)),
                    now);
  }
  CHECK(throttle.size() == LoginThrottle::kMaxAddresses);
}

TEST_CASE("someone who keeps guessing is refused without a look at the password") {
  Meeting meeting(R"({"users":{"olga":{"password":"op","permissions":"op"}}})");
  for (std::int64_t i = 0; i < LoginThrottle::kBurst + 10; ++i) {
    meeting.join(meeting.connect("guesser"), "olga", "guess");
  }
  const ConnectionId id = meeting.connect("c");
  meeting.join(id, "olga", "op");
  CHECK(meeting.heard(id).empty());
  meeting.pass(200);
  CHECK(meeting.heard(id) == Heard{"joined/fail too many failed attempts: try again later"});
  meeting.pass(5000);
  meeting.join(id, "olga", "op");
  CHECK(meeting.heard(id) == Heard{"joined/join", "user/add c"});
}

TEST_CASE("one address has a bounded number of logins under way, other addresses are served") {
  DelayedVerifier verifier;
  Meeting meeting(R"({"wildcard-user":{"permissions":"present","password":{"type":"bcrypt",
      "key":"$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}}})",
                  verifier);
  std::vector<ConnectionId> waiting;
  for (int i = 0; i < LoginThrottle::kMaxUnderWay; ++i) {
    const std::string name = "c" + std::to_string(i);
    waiting.push_back(meeting.connect(name));
    meeting.join(waiting.back(), name, "secret");
  }
  CHECK(verifier.pending.size() == LoginThrottle::kMaxUnderWay);
  const ConnectionId late = meeting.connect("late");
  meeting.join(late, "late", "secret");
  CHECK(meeting.heard(late) == Heard{"joined/fail the server is busy: try again in a moment"});
  const ConnectionId elsewhere(999);
  meeting.server.opened(elsewhere, *SocketAddress::parse("192.0.2.8", 1), meeting.now);
  meeting.send(elsewhere, R"({"type":"handshake","version":["2"],"id":"elsewhere"})");
  meeting.join(elsewhere, "elsewhere", "secret");
  CHECK(verifier.pending.size() == LoginThrottle::kMaxUnderWay + 1);
  // Also when those who asked have gone meanwhile.
  meeting.disconnect(waiting.front());
  while (!verifier.pending.empty()) {
    verifier.finish_one(meeting.now);
  }
  meeting.join(late, "late", "secret");
  CHECK(verifier.pending.size() == 1);
  verifier.finish_one(meeting.now);
  CHECK(meeting.member_state("late") != nullptr);
}
