#include "common/net/address_range.h"

#include <doctest/doctest.h>

using namespace halcyon;

namespace {

bool within(const char* range, const char* address) {
  return AddressRange::parse(range)->contains(*SocketAddress::parse(address, 1));
}

}  // namespace

TEST_CASE("a range holds the addresses of its prefix and no others") {
  CHECK(within("192.0.2.0/24", "192.0.2.0"));
  CHECK(within("192.0.2.0/24", "192.0.2.255"));
  CHECK_FALSE(within("192.0.2.0/24", "192.0.3.0"));
  CHECK(within("192.0.2.77/24", "192.0.2.1"));
  CHECK(within("172.16.0.0/12", "172.31.255.255"));
  CHECK_FALSE(within("172.16.0.0/12", "172.32.0.0"));
  CHECK(within("0.0.0.0/0", "255.255.255.255"));
  CHECK(within("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(within("192.0.2.7", "192.0.2.8"));
  CHECK(within("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(within("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(within("::1", "::1"));
}

TEST_CASE("families do not mix, but an IPv4 address written as IPv6 is IPv4") {
  CHECK_FALSE(within("::/0", "192.0.2.1"));
  CHECK_FALSE(within("0.0.0.0/0", "2001:db8::1"));
  CHECK(within("192.0.2.0/24", "::ffff:192.0.2.1"));
  CHECK(within("::ffff:192.0.2.0/120", "192.0.2.1"));
  CHECK_FALSE(within("::ffff:192.0.2.0/120", "192.0.3.1"));
  CHECK(within("::ffff:192.0.2.7", "192.0.2.7"));
  CHECK(within("::ffff:0.0.0.0/96", "192.0.2.1"));
  CHECK_FALSE(AddressRange::parse("0.0.0.0/0")->contains(SocketAddress()));
}

TEST_CASE("a range knows its ends") {
  const auto range = AddressRange::parse("100.64.0.0/10");
  CHECK(range->first().ip() == "100.64.0.0");
  CHECK(range->last().ip() == "100.127.255.255");
  CHECK(AddressRange::parse("fc00::/7")->last().ip() == "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST_CASE("what is no range is refused") {
  for (const char* text : {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/8x",
                           "192.0.2/24", "host/24", "2001:db8::/129", "1.2.3.4/24/24",
                           "::ffff:192.0.2.0/95", "::ffff:192.0.2.0/129"}) {
    CHECK_MESSAGE(!AddressRange::parse(text), text);
  }
}
