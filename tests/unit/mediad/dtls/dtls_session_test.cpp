#include <doctest/doctest.h>

#include <algorithm>

#include "common/encoding/hex.h"
#include "mediad/dtls/fingerprint_check.h"
#include "tests/unit/mediad/dtls/dtls_pair.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::dtls_test;

namespace {

void check_crosswise_keys(const Pair& pair) {
  REQUIRE_MESSAGE(pair.client_seen.keys, pair.client_seen.failure.value_or("no keys in time"));
  REQUIRE_MESSAGE(pair.server_seen.keys, pair.server_seen.failure.value_or("no keys in time"));
  CHECK(pair.client_seen.keys->send == pair.server_seen.keys->receive);
  CHECK(pair.client_seen.keys->receive == pair.server_seen.keys->send);
  CHECK(pair.client_seen.keys->send != pair.client_seen.keys->receive);
}

/// Runs a client with `expected_by_client` against a server with `expected_by_server` over a
/// network without faults.
struct Outcome {
  Seen client;
  Seen server;
};
Outcome handshake(std::vector<Fingerprint> expected_by_client,
                  std::vector<Fingerprint> expected_by_server) {
  SeededRandom random(3);
  DtlsSession client(certificate(11), DtlsRole::kClient, std::move(expected_by_client), random,
                     at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, std::move(expected_by_server), random,
                     at_ms(0));
  Outcome outcome;
  drain(client, outcome.client);
  for (int round = 0; round < 5; ++round) {
    for (const Bytes& b : std::exchange(outcome.client.datagrams, {})) {
      server.handle_datagram(b, at_ms(round));
    }
    drain(server, outcome.server);
    for (const Bytes& b : std::exchange(outcome.server.datagrams, {})) {
      client.handle_datagram(b, at_ms(round));
    }
    drain(client, outcome.client);
  }
  return outcome;
}

Fingerprint digest_of(std::uint64_t seed, const std::string& algorithm) {
  return {algorithm, *certificate_digest(algorithm, certificate(seed)->der())};
}

}  // namespace

TEST_CASE("client and server have each other's keys after two round trips") {
  Pair pair;
  pair.run(100);
  check_crosswise_keys(pair);
  CHECK(pair.now() <= at_ms(80));
}

TEST_CASE("no datagram of a handshake is larger than the MTU") {
  SeededRandom random(3);
  DtlsSession client(certificate(11), DtlsRole::kClient, {certificate(12)->fingerprint()}, random,
                     at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, {certificate(11)->fingerprint()}, random,
                     at_ms(0));
  Seen from_client;
  Seen from_server;
  drain(client, from_client);
  REQUIRE(from_client.datagrams.size() == 1);
  CHECK(from_client.datagrams[0].size() <= 1200);
  server.handle_datagram(from_client.datagrams[0], at_ms(0));
  drain(server, from_server);
  REQUIRE_FALSE(from_server.datagrams.empty());
  for (const Bytes& bytes : from_server.datagrams) CHECK(bytes.size() <= 1200);
}

TEST_CASE("handshakes survive loss, duplication and reordering") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Pair pair({.loss = 0.2, .duplication = 0.2, .reordering = 0.3, .seed = seed});
    pair.run(29'000);
    check_crosswise_keys(pair);
  }
}

TEST_CASE("a handshake with a fragmented ClientHello survives the same faults") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    Pair pair({.loss = 0.15,
               .duplication = 0.2,
               .reordering = 0.5,
               .seed = seed,
               .client_hello_fragment = 40});
    pair.run(29'000);
    check_crosswise_keys(pair);
  }
}

TEST_CASE("a ClientHello in fragments makes the same handshake as a whole one") {
  Pair pair({.client_hello_fragment = 100});
  pair.run(100);
  check_crosswise_keys(pair);
}

TEST_CASE("two fragments of a ClientHello in one datagram are enough to answer") {
  SeededRandom random(3);
  DtlsSession client(certificate(11), DtlsRole::kClient, {}, random, at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, {}, random, at_ms(0));
  Seen from_client;
  Seen from_server;
  drain(client, from_client);
  const std::vector<Bytes> parts = fragment_client_hello(from_client.datagrams.at(0), 90);
  REQUIRE(parts.size() == 2);
  Bytes both = parts[1];  // the second one first
  both.insert(both.end(), parts[0].begin(), parts[0].end());
  server.handle_datagram(both, at_ms(1));
  drain(server, from_server);
  REQUIRE_FALSE(from_server.datagrams.empty());
  CHECK(from_server.datagrams[0][13] == 2);  // ServerHello
}

TEST_CASE("a certificate that no fingerprint names ends the handshake on the side that cares") {
  const Fingerprint client = certificate(11)->fingerprint();
  const Fingerprint server = certificate(12)->fingerprint();
  Outcome outcome = handshake({client}, {client});
  CHECK(outcome.client.failure == "the peer's certificate has none of the fingerprints expected");
  CHECK_FALSE(outcome.client.keys);
  CHECK_FALSE(outcome.server.keys);
  CHECK(outcome.server.failure);  // by the client's alert

  outcome = handshake({server}, {server});
  CHECK(outcome.server.failure == "the peer's certificate has none of the fingerprints expected");
  CHECK_FALSE(outcome.server.keys);

  outcome = handshake({server}, {});
  CHECK(outcome.server.failure);
  CHECK_FALSE(outcome.server.keys);
}

TEST_CASE("fingerprints of the four hash functions are accepted, and one good one is enough") {
  for (const char* algorithm : {"sha-1", "sha-256", "sha-384", "sha-512"}) {
    CAPTURE(algorithm);
    const Outcome outcome = handshake({certificate(99)->fingerprint(), digest_of(12, algorithm)},
                                      {digest_of(11, algorithm), Fingerprint{"md5", Bytes(16)}});
    CHECK(outcome.client.keys);
    CHECK(outcome.server.keys);
  }
}

TEST_CASE("a handshake without a peer fails after thirty seconds and not sooner") {
  for (const DtlsRole role : {DtlsRole::kClient, DtlsRole::kServer}) {
    SeededRandom random(3);
    DtlsSession session(certificate(11), role, {}, random, at_ms(1000));
    Seen seen;
    Timestamp now = at_ms(1000);
    int calls = 0;
    while (!seen.failure && calls < 100) {
      REQUIRE_FALSE(session.next_deadline().is_never());
      REQUIRE(session.next_deadline() > now);
      now = session.next_deadline();
      session.handle_timeout(now);
      drain(session, seen);
      ++calls;
    }
    REQUIRE(seen.failure);
    CHECK(now == at_ms(31'000));
    CHECK(session.next_deadline().is_never());
    // 0, 0.25, 0.75, 1.75, 3.75 s and then every 2 s.
    CHECK(seen.datagrams.size() == (role == DtlsRole::kClient ? 18 : 0));
  }
}

TEST_CASE("thirty seconds in one call fail the handshake") {
  SeededRandom random(3);
  DtlsSession session(certificate(11), DtlsRole::kClient, {}, random, at_ms(0));
  session.handle_timeout(at_ms(30'000));
  Seen seen;
  drain(session, seen);
  CHECK(seen.failure);
}

TEST_CASE("a server answers a retransmitted last flight for ten seconds, then says nothing") {
  SeededRandom random(3);
  DtlsSession client(certificate(11), DtlsRole::kClient, {certificate(12)->fingerprint()}, random,
                     at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, {certificate(11)->fingerprint()}, random,
                     at_ms(0));
  Seen from_client;
  Seen from_server;
  drain(client, from_client);
  server.handle_datagram(from_client.datagrams.at(0), at_ms(0));
  drain(server, from_server);
  for (const Bytes& b : std::exchange(from_server.datagrams, {}))
    client.handle_datagram(b, at_ms(1));
  from_client.datagrams.clear();
  drain(client, from_client);
  for (const Bytes& b : std::exchange(from_client.datagrams, {}))
    server.handle_datagram(b, at_ms(2));
  drain(server, from_server);
  REQUIRE(from_server.keys);
  REQUIRE_FALSE(from_client.keys);
  from_server.datagrams.clear();  // lost

  client.handle_timeout(client.next_deadline());
  drain(client, from_client);
  REQUIRE_FALSE(from_client.datagrams.empty());
  for (const Bytes& b : from_client.datagrams) server.handle_datagram(b, at_ms(9000));
  drain(server, from_server);
  REQUIRE_FALSE(from_server.datagrams.empty());
  for (const Bytes& b : std::exchange(from_server.datagrams, {})) {
    client.handle_datagram(b, at_ms(9001));
  }
  drain(client, from_client);
  CHECK(from_client.keys);

  CHECK(server.next_deadline() == at_ms(10'002));
  server.handle_timeout(at_ms(10'002));
  CHECK(server.next_deadline().is_never());
  for (const Bytes& b : from_client.datagrams) server.handle_datagram(b, at_ms(10'003));
  drain(server, from_server);
  CHECK(from_server.datagrams.empty());
  CHECK_FALSE(from_server.failure);
}

TEST_CASE("close_notify reaches the other side within the lingering time") {
  Pair pair;
  pair.run(100);
  pair.client().close(pair.now());
  drain(pair.client(), pair.client_seen);
  REQUIRE(pair.client_seen.datagrams.size() == 1);
  pair.server().handle_datagram(pair.client_seen.datagrams[0], pair.now());
  drain(pair.server(), pair.server_seen);
  CHECK(pair.server_seen.closed);
  CHECK_FALSE(pair.server_seen.failure);
  CHECK(pair.server().next_deadline().is_never());
  CHECK(pair.client().next_deadline().is_never());
}

TEST_CASE("garbage before a ClientHello does not hurt a server") {
  SeededRandom random(5);
  DtlsSession client(certificate(11), DtlsRole::kClient, {}, random, at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, {}, random, at_ms(0));
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(random.u32() % 200);
    random.fill(bytes);
    if (bytes.size() > 3) {
      bytes[0] = static_cast<std::uint8_t>(20 + bytes[0] % 6);
      bytes[1] = 0xfe;
    }
    server.handle_datagram(bytes, at_ms(0));
  }
  Seen from_client;
  Seen from_server;
  drain(client, from_client);
  const Bytes hello = from_client.datagrams.at(0);
  for (std::size_t size = 0; size < hello.size(); ++size) {
    server.handle_datagram(std::span(hello).first(size), at_ms(0));
  }
  drain(server, from_server);
  CHECK(from_server.datagrams.empty());
  CHECK_FALSE(from_server.failure);
  server.handle_datagram(hello, at_ms(0));
  drain(server, from_server);
  CHECK_FALSE(from_server.datagrams.empty());
}

TEST_CASE("sessions fed with changed flights fail or carry on, and never give keys to a stranger") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    DtlsSession client(certificate(11), DtlsRole::kClient, {certificate(12)->fingerprint()}, random,
                       at_ms(0));
    DtlsSession server(certificate(12), DtlsRole::kServer, {certificate(11)->fingerprint()}, random,
                       at_ms(0));
    Seen from_client;
    Seen from_server;
    const auto change = [&](Bytes& bytes) {
      bytes[random.u32() % bytes.size()] ^= static_cast<std::uint8_t>(1 + random.u32() % 255);
      if (random.u32() % 4 == 0) bytes.resize(random.u32() % bytes.size());
    };
    for (int round = 0; round < 4; ++round) {
      drain(client, from_client);
      for (Bytes& b : std::exchange(from_client.datagrams, {})) {
        if (random.u32() % 2 == 0) change(b);
        server.handle_datagram(b, at_ms(round));
      }
      drain(server, from_server);
      for (Bytes& b : std::exchange(from_server.datagrams, {})) {
        if (random.u32() % 2 == 0) change(b);
        client.handle_datagram(b, at_ms(round));
      }
    }
    drain(client, from_client);
    if (from_client.keys && from_server.keys) {
      CHECK(from_client.keys->send == from_server.keys->receive);
    }
  }
}

TEST_CASE("a ClientHello that offers nothing usable is refused with an alert") {
  SeededRandom random(5);
  DtlsSession client(certificate(11), DtlsRole::kClient, {}, random, at_ms(0));
  DtlsSession server(certificate(12), DtlsRole::kServer, {}, random, at_ms(0));
  Seen from_client;
  Seen from_server;
  drain(client, from_client);
  Bytes hello = from_client.datagrams.at(0);
  const Bytes suite{0xc0, 0x2b};
  auto offered = std::search(hello.begin(), hello.end(), suite.begin(), suite.end());
  REQUIRE(offered != hello.end());
  std::fill_n(offered, 4, std::uint8_t{0x0a});  // both suites
  server.handle_datagram(hello, at_ms(0));
  drain(server, from_server);
  CHECK(from_server.failure);
  REQUIRE(from_server.datagrams.size() == 1);
  CHECK(from_server.datagrams[0][0] == 21);
  client.handle_datagram(from_server.datagrams[0], at_ms(1));
  drain(client, from_client);
  CHECK(from_client.failure);
}

TEST_CASE("after a failure a session is silent") {
  const Fingerprint wrong = certificate(99)->fingerprint();
  Pair pair;
  pair.run(100);
  SeededRandom random(3);
  DtlsSession session(certificate(11), DtlsRole::kClient, {wrong}, random, at_ms(0));
  session.handle_timeout(at_ms(40'000));
  Seen seen;
  drain(session, seen);
  REQUIRE(seen.failure);
  seen.datagrams.clear();
  session.handle_datagram(Bytes{22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, at_ms(40'001));
  session.handle_timeout(at_ms(50'000));
  drain(session, seen);
  CHECK(seen.datagrams.empty());
}

TEST_CASE("certificates differ, and their fingerprint is the sha-256 of their bytes") {
  const auto a = certificate(1);
  const auto b = certificate(2);
  CHECK(a->fingerprint().algorithm == "sha-256");
  CHECK(a->fingerprint().digest.size() == 32);
  CHECK(a->fingerprint().digest != b->fingerprint().digest);
}

TEST_CASE("certificate_digest agrees with the test vectors of FIPS 180") {
  const Bytes abc{'a', 'b', 'c'};
  CHECK(hex_encode(*certificate_digest("sha-1", abc)) ==
        "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_encode(*certificate_digest("sha-256", abc)) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK_FALSE(certificate_digest("md5", abc));
  CHECK(fingerprint_matches(std::vector{Fingerprint{"sha-1", *certificate_digest("sha-1", abc)}},
                            abc));
  Fingerprint cut{"sha-256", *certificate_digest("sha-256", abc)};
  cut.digest.pop_back();
  CHECK_FALSE(fingerprint_matches(std::vector{cut}, abc));
  CHECK_FALSE(fingerprint_matches(std::vector{Fingerprint{"sha-256", {}}}, abc));
}
