#include "common/net/socket_address.h"

#include <doctest/doctest.h>

using namespace halcyon;

TEST_CASE("SocketAddress prints and parses both families") {
  CHECK(SocketAddress::parse("192.0.2.1", 80)->to_string() == "192.0.2.1:80");
  CHECK(SocketAddress::parse("2001:db8::1", 443)->to_string() == "[2001:db8::1]:443");
  CHECK_FALSE(SocketAddress::parse("example.org", 80));
  CHECK_FALSE(SocketAddress::parse("192.0.2.256", 80));
}

TEST_CASE("an IPv4 peer is the same peer through a dual-stack socket") {
  const auto v4 = *SocketAddress::parse("192.0.2.1", 80);
  sockaddr_in6 mapped;
  v4.to_sockaddr_v6(mapped);
  const auto through_v6 = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&mapped));
  CHECK(through_v6 == v4);
  CHECK(through_v6.hash() == v4.hash());
  CHECK(through_v6.is_v4());
  CHECK_FALSE(v4 == *SocketAddress::parse("192.0.2.1", 81));
}
