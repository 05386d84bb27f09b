#include <doctest/doctest.h>

#include <deque>

#include "signald/turn/relay_test.h"
#include "signald/turn/relay_tester.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr Timestamp kStart = Timestamp::from_ms(1000);
using Bytes = RelayTest::Bytes;

int type_of(const Bytes& message) { return message.at(0) << 8 | message.at(1); }

void attribute(Bytes& message, int type, const Bytes& value) {
  for (const int byte : {type >> 8, type & 255, static_cast<int>(value.size() >> 8),
                         static_cast<int>(value.size() & 255)}) {
    message.push_back(static_cast<std::uint8_t>(byte));
  }
  message.insert(message.end(), value.begin(), value.end());
  while (message.size() % 4 != 0) message.push_back(0);
  message[2] = static_cast<std::uint8_t>((message.size() - 20) >> 8);
  message[3] = static_cast<std::uint8_t>((message.size() - 20) & 255);
}

/// An error to a request, without credentials, as servers challenge.
Bytes error_to(const Bytes& request, int code, int method) {
  Bytes answer{static_cast<std::uint8_t>(0x01 | (method >> 8)),
               static_cast<std::uint8_t>(0x10 | method), 0, 0};
  answer.insert(answer.end(), request.begin() + 4, request.begin() + 20);
  attribute(answer, 0x0009,
            {0, 0, static_cast<std::uint8_t>(code / 100), static_cast<std::uint8_t>(code % 100)});
  attribute(answer, 0x0014, {'r'});                 // REALM
  attribute(answer, 0x0015, {'n', 'o', 'n', 'c'});  // NONCE
  return answer;
}

struct Fixture {
  std::vector<std::pair<std::size_t, Bytes>> take() {
    std::vector<std::pair<std::size_t, Bytes>> all;
    while (auto output = test.poll_output()) all.push_back(std::move(*output));
    return all;
  }
  SeededRandom random{3};
  RelayTest test{"user", "password", random, kStart};
};

bool has_attribute(const Bytes& message, int type) {
  for (std::size_t at = 20; at + 4 <= message.size();) {
    if ((message[at] << 8 | message[at + 1]) == type) return true;
    at += 4 + ((static_cast<std::size_t>(message[at + 2] << 8 | message[at + 3]) + 3) & ~3u);
  }
  return false;
}

}  // namespace

TEST_CASE("both clients ask for an allocation, with credentials once they are challenged") {
  Fixture f;
  const auto first = f.take();
  REQUIRE(first.size() == 2);
  for (const auto& [client, request] : first) {
    CHECK(type_of(request) == 0x0003);
    CHECK_FALSE(has_attribute(request, 0x0008));
    f.test.handle_datagram(client, error_to(request, 401, 3), kStart);
  }
  const auto second = f.take();
  REQUIRE(second.size() == 2);
  for (const auto& [client, request] : second) {
    CHECK(has_attribute(request, 0x0006));  // USERNAME
    CHECK(has_attribute(request, 0x0008));  // MESSAGE-INTEGRITY
  }
  CHECK_FALSE(f.test.result().has_value());
}

TEST_CASE("credentials that are refused end it, with the reason") {
  Fixture f;
  for (int times = 0; times < 2; ++times) {
    for (const auto& [client, request] : f.take()) {
      f.test.handle_datagram(client, error_to(request, 401, 3), kStart);
    }
  }
  REQUIRE(f.test.result().has_value());
  CHECK(f.test.result()->error().message ==
        "the server answers 401: it does not take the credentials");
  CHECK(f.test.next_deadline().is_never());
}

TEST_CASE("an answer that anybody could have forged is ignored") {
  Fixture f;
  const auto first = f.take();
  Bytes success = error_to(first[0].second, 401, 3);
  success[1] = 0x03;  // Allocate success response
  for (const Bytes& forged : {error_to(first[0].second, 486, 3), success}) {
    f.test.handle_datagram(0, forged, kStart);
    CHECK_FALSE(f.test.result().has_value());
    CHECK(f.take().empty());
  }
}

TEST_CASE("what stays unanswered is repeated, and given up after the limit") {
  Fixture f;
  const auto first = f.take();
  Timestamp now = kStart;
  std::size_t repeats = 0;
  while (!f.test.result()) {
    REQUIRE(f.test.next_deadline() > now);
    now = f.test.next_deadline();
    f.test.handle_timeout(now);
    for (const auto& [client, request] : f.take()) {
      CHECK(request == first[client].second);
      ++repeats;
    }
  }
  CHECK(now - kStart == RelayTest::kLimit);
  CHECK(repeats == 2 * (20'000 / 500 - 1));
  CHECK(f.test.result()->error().message == "the server does not answer this host within 20 s");
}

TEST_CASE("rubbish, and answers to nothing asked, are ignored") {
  Fixture f;
  const auto first = f.take();
  Bytes other = error_to(first[0].second, 401, 3);
  other[10] ^= 1;  // another transaction
  for (const Bytes& datagram : {Bytes{}, Bytes{1, 2, 3}, Bytes(20, 0), Bytes(1500, 0xff), other}) {
    f.test.handle_datagram(0, datagram, kStart);
    f.test.handle_datagram(1, datagram, kStart);
  }
  CHECK(f.take().empty());
  CHECK_FALSE(f.test.result().has_value());
}

TEST_CASE("the server to be tested is the first over UDP that has a password") {
  IceServer stun{{"stun:a.example"}, "", JsonValue()};
  IceServer tls{{"turns:b.example", "turn:b.example?transport=tcp"}, "u", JsonValue("p")};
  IceServer udp{{"turn:c.example?transport=udp"}, "u", JsonValue("p")};
  IceServer later{{"turn:[2001:db8::1]:1194"}, "v", JsonValue("q")};
  CHECK_FALSE(turn_target({stun, tls}).has_value());
  const auto first = turn_target({stun, tls, udp, later});
  CHECK(first->host == "c.example");
  CHECK(first->port == 3478);
  CHECK(first->password == "p");
  const auto second = turn_target({later});
  CHECK(second->host == "2001:db8::1");
  CHECK(second->port == 1194);
  CHECK(turn_target({IceServer{{"turn:192.0.2.1:99"}, "v", JsonValue("q")}})->host == "192.0.2.1");
}
