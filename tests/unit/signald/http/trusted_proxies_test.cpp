#include "signald/http/trusted_proxies.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon;
using namespace halcyon::signald;

namespace {

Request from(const char* peer, std::initializer_list<std::pair<const char*, const char*>> headers) {
  Request request;
  if (*peer != '\0') request.peer = *SocketAddress::parse(peer, 4711);
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

TrustedProxies trusting(std::string_view list) {
  const auto proxies = TrustedProxies::parse(list);
  REQUIRE(proxies.has_value());
  return *proxies;
}

}  // namespace

TEST_CASE("addresses and ranges are trusted, their neighbours are not") {
  const TrustedProxies proxies = trusting("10.0.0.0/8, 192.0.2.7,2001:db8::/33, 198.51.100.128/25");
  const auto trusted = [&](const char* ip) {
    return proxies.contains(*SocketAddress::parse(ip, 1));
  };
  CHECK(trusted("10.255.0.1"));
  CHECK_FALSE(trusted("11.0.0.0"));
  CHECK(trusted("192.0.2.7"));
  CHECK_FALSE(trusted("192.0.2.6"));
  CHECK(trusted("2001:db8:7fff::1"));
  CHECK_FALSE(trusted("2001:db8:8000::1"));
  CHECK(trusted("198.51.100.200"));
  CHECK_FALSE(trusted("198.51.100.127"));
  CHECK_FALSE(proxies.contains(SocketAddress()));
  CHECK(trusting("unix").contains(SocketAddress()));
}

TEST_CASE("families are apart, and an IPv4 address is itself however it is written") {
  const auto trusted = [](const char* list, const char* ip) {
    return trusting(list).contains(*SocketAddress::parse(ip, 1));
  };
  CHECK_FALSE(trusted("::/0", "192.0.2.1"));
  CHECK_FALSE(trusted("0.0.0.0/0", "2001:db8::1"));
  CHECK(trusted("10.0.0.0/8", "::ffff:10.1.1.1"));
  CHECK(trusted("::ffff:10.0.0.0/104", "10.1.1.1"));
  CHECK_FALSE(trusted("::ffff:10.0.0.0/104", "11.1.1.1"));
  CHECK(trusted("::ffff:10.0.0.1", "10.0.0.1"));
}

TEST_CASE("a list with a mistake is refused by name") {
  for (const char* list : {"10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "proxy.example", "::/129",
                           "10.0.0.1,,10.0.0.2", "10.0.0.0/8x", "10.0.0.0/-1"}) {
    CAPTURE(std::string(list));
    CHECK_FALSE(TrustedProxies::parse(list).has_value());
  }
  CHECK_FALSE(trusting("").contains(*SocketAddress::parse("127.0.0.1", 1)));
}

TEST_CASE("a stranger's word about addresses and TLS is ignored") {
  Request request = from("203.0.113.9", {{"x-forwarded-for", "192.0.2.1"},
                                         {"x-forwarded-proto", "https"},
                                         {"forwarded", "for=192.0.2.2;proto=https"}});
  trusting("10.0.0.0/8").apply(request);
  CHECK(request.peer.ip() == "203.0.113.9");
  CHECK_FALSE(request.tls);
}

TEST_CASE("the client is the last address that is no trusted proxy") {
  const TrustedProxies proxies = trusting("10.0.0.0/8");
  const auto client = [&](const char* chain) {
    Request request = from("10.0.0.1", {{"x-forwarded-for", chain}});
    proxies.apply(request);
    return request.peer.ip();
  };
  CHECK(client("192.0.2.1") == "192.0.2.1");
  CHECK(client("6.6.6.6, 192.0.2.1") == "192.0.2.1");
  CHECK(client("6.6.6.6, 192.0.2.1, 10.0.0.2") == "192.0.2.1");
  CHECK(client("192.0.2.1:80") == "192.0.2.1");
  CHECK(client("[2001:db8::1]:80") == "2001:db8::1");
  CHECK(client("2001:db8::1") == "2001:db8::1");
  CHECK(client("10.0.0.3") == "10.0.0.3");
  CHECK(client("6.6.6.6, unknown") == "10.0.0.1");
  CHECK(client("") == "10.0.0.1");
  CHECK(client(",,,") == "10.0.0.1");
}

TEST_CASE("X-Forwarded-Proto decides about TLS, either way") {
  for (const bool tls : {false, true}) {
    Request request = from("10.0.0.1", {{"x-forwarded-proto", tls ? "HTTPS" : "http"}});
    request.tls = !tls;
    trusting("10.0.0.1").apply(request);
    CHECK(request.tls == tls);
  }
}

TEST_CASE("Forwarded is read when X-Forwarded-For is absent") {
  Request request = from(
      "", {{"forwarded", "for=6.6.6.6, for=\"[2001:db8:cafe::17]:4711\";proto=https;by=_hidden"}});
  trusting("unix").apply(request);
  CHECK(request.peer.ip() == "2001:db8:cafe::17");
  CHECK(request.tls);
  Request both = from("10.0.0.1", {{"x-forwarded-for", "192.0.2.1"}, {"forwarded", "for=6.6.6.6"}});
  trusting("10.0.0.1").apply(both);
  CHECK(both.peer.ip() == "192.0.2.1");
}
