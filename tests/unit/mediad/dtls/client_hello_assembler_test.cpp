#include <doctest/doctest.h>

#include <numeric>

#include "mediad/dtls/client_hello_assembler.h"
#include "tests/unit/mediad/dtls/dtls_pair.h"

using namespace halcyon::mediad;
using dtls_test::Bytes;

namespace {

/// A record with a ClientHello of `length` counting bytes; only the framing matters here.
Bytes client_hello(std::size_t length, std::uint8_t message_seq = 0) {
  Bytes bytes{22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0};
  bytes[11] = static_cast<std::uint8_t>((length + 12) >> 8);
  bytes[12] = static_cast<std::uint8_t>(length + 12);
  const auto high = static_cast<std::uint8_t>(length >> 8);
  const auto low = static_cast<std::uint8_t>(length);
  const Bytes header{1, 0, high, low, 0, message_seq, 0, 0, 0, 0, high, low};
  bytes.insert(bytes.end(), header.begin(), header.end());
  Bytes body(length);
  std::iota(body.begin(), body.end(), std::uint8_t{message_seq});
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

}  // namespace

TEST_CASE("a whole ClientHello comes out as it went in") {
  ClientHelloAssembler assembler;
  const Bytes hello = client_hello(1413);
  CHECK(assembler.add(hello) == hello);
  CHECK(assembler.add(hello) == hello);  // and again, when it is retransmitted
}

TEST_CASE("fragments in any order, twice and overlapping, make the whole message") {
  const Bytes hello = client_hello(1413);
  std::vector<Bytes> parts = dtls_test::fragment_client_hello(hello, 300);
  for (const Bytes& larger : dtls_test::fragment_client_hello(hello, 450)) parts.push_back(larger);
  std::mt19937 dice(7);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(parts.begin(), parts.end(), dice);
    ClientHelloAssembler assembler;
    std::optional<Bytes> whole;
    for (const Bytes& part : parts) {
      REQUIRE(is_client_hello(part));
      whole = assembler.add(part);
      if (whole) break;
      CHECK_FALSE(assembler.add(part));
    }
    REQUIRE(whole);
    CHECK(*whole == hello);
  }
}

TEST_CASE("the assembled record has the number of the one that completed it") {
  ClientHelloAssembler assembler;
  std::vector<Bytes> parts = dtls_test::fragment_client_hello(client_hello(200), 100);
  parts[1][10] = 2;
  CHECK_FALSE(assembler.add(parts[1]));
  const auto whole = assembler.add(parts[0]);
  REQUIRE(whole);
  CHECK(std::equal(whole->begin(), whole->begin() + 11, parts[0].begin()));
}

TEST_CASE("a fragment of another message begins anew") {
  ClientHelloAssembler assembler;
  const auto first = dtls_test::fragment_client_hello(client_hello(200, 0), 100);
  const auto second = dtls_test::fragment_client_hello(client_hello(200, 1), 100);
  CHECK_FALSE(assembler.add(first[0]));
  CHECK_FALSE(assembler.add(second[1]));
  CHECK_FALSE(assembler.add(first[0]));
  CHECK(assembler.add(first[1]));
}

TEST_CASE("malformed fragments are refused") {
  const Bytes good = dtls_test::fragment_client_hello(client_hello(200), 100)[0];
  struct Case {
    const char* what;
    std::size_t at;
    std::uint8_t value;
  };
  const std::vector<Case> cases = {
      {"length of 64 KiB and more", 14, 1},
      {"length above the bound", 15, 0x20},
      {"offset beyond the message", 20, 1},
      {"offset and fragment beyond the message", 21, 101},
      {"fragment longer than the record", 24, 101},
      {"fragment shorter than the record", 24, 99},
      {"fragment of 64 KiB and more", 22, 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.what);
    Bytes bad = good;
    bad[c.at] = c.value;
    ClientHelloAssembler assembler;
    CHECK_FALSE(assembler.add(bad));
    CHECK_FALSE(assembler.add(good));
    CHECK(assembler.add(dtls_test::fragment_client_hello(client_hello(200), 100)[1]));
  }
  ClientHelloAssembler assembler;
  Bytes empty = client_hello(0);
  CHECK_FALSE(assembler.add(empty));
}

TEST_CASE("take_dtls_record takes whole records and nothing else") {
  const Bytes hello = client_hello(50);
  Bytes two = hello;
  two.insert(two.end(), hello.begin(), hello.end());
  std::span<const std::uint8_t> rest(two);
  CHECK(take_dtls_record(rest).size() == hello.size());
  CHECK(rest.size() == hello.size());
  CHECK(take_dtls_record(rest).size() == hello.size());
  CHECK(rest.empty());
  CHECK(take_dtls_record(rest).empty());

  const auto refused = [](Bytes bytes) {
    std::span<const std::uint8_t> datagram(bytes);
    return take_dtls_record(datagram).empty() && datagram.empty();
  };
  for (std::size_t size = 0; size < hello.size(); ++size) {
    CHECK(refused(Bytes(hello.begin(), hello.begin() + static_cast<std::ptrdiff_t>(size))));
  }
  Bytes dtls13 = hello;
  dtls13[0] = 0x2f;
  CHECK(refused(dtls13));
  Bytes tls = hello;
  tls[1] = 3;
  CHECK(refused(tls));
}

TEST_CASE("only plain ClientHello records are taken for one") {
  CHECK(is_client_hello(client_hello(50)));
  Bytes encrypted = client_hello(50);
  encrypted[4] = 1;
  CHECK_FALSE(is_client_hello(encrypted));
  Bytes finished = client_hello(50);
  finished[13] = 20;
  CHECK_FALSE(is_client_hello(finished));
  Bytes alert = client_hello(50);
  alert[0] = 21;
  CHECK_FALSE(is_client_hello(alert));
  CHECK_FALSE(is_client_hello(Bytes{22, 0xfe, 0xff}));
}
