#include "mediad/engine/transport_table.h"

#include <doctest/doctest.h>

namespace halcyon::mediad {
namespace {

const Timestamp kNow = Timestamp::from_ms(1000);

TransportAddress from(std::uint16_t port) { return {*SocketAddress::parse("192.0.2.1", port)}; }

struct Table {
  DeadlineQueue queue;
  TransportTable table;
  MediaTransport& open(std::uint64_t id, std::string ufrag) {
    return table.open(TransportId(id), {std::move(ufrag), "password"}, queue, kNow);
  }
};

TEST_CASE("a transport is found by id, ufrag and learnt address, and by none of them once closed") {
  Table t;
  MediaTransport& a = t.open(1, "aaaa");
  t.table.learn_address(a, from(1));
  CHECK(t.table.by_id(TransportId(1)) == &a);
  CHECK(t.table.by_ufrag("aaaa") == &a);
  CHECK(t.table.by_address(from(1)) == &a);
  CHECK(t.table.by_address(from(2)) == nullptr);
  t.table.close(a);
  CHECK(t.table.by_id(TransportId(1)) == nullptr);
  CHECK(t.table.by_ufrag("aaaa") == nullptr);
  CHECK(t.table.by_address(from(1)) == nullptr);
  CHECK(t.table.address_count() == 0);
}

TEST_CASE("an address goes to the transport that proved it last") {
  Table t;
  MediaTransport& a = t.open(1, "aaaa");
  MediaTransport& b = t.open(2, "bbbb");
  t.table.learn_address(a, from(1));
  t.table.learn_address(b, from(1));
  CHECK(t.table.by_address(from(1)) == &b);
  t.table.close(a);
  CHECK(t.table.by_address(from(1)) == &b);
}

TEST_CASE("the same address by UDP and by a TCP connection are two") {
  Table t;
  MediaTransport& a = t.open(1, "aaaa");
  MediaTransport& b = t.open(2, "bbbb");
  TransportAddress tcp = from(1);
  tcp.tcp_connection = 7;
  t.table.learn_address(a, from(1));
  t.table.learn_address(b, tcp);
  CHECK(t.table.by_address(from(1)) == &a);
  CHECK(t.table.by_address(tcp) == &b);
  t.table.forget_address(tcp);
  CHECK(t.table.by_address(tcp) == nullptr);
}

TEST_CASE("a peer with very many addresses keeps the newest") {
  Table t;
  MediaTransport& a = t.open(1, "aaaa");
  for (std::uint16_t port = 1; port <= 100; ++port) t.table.learn_address(a, from(port));
  CHECK(t.table.address_count() == kMaxAddressesPerTransport);
  CHECK(t.table.by_address(from(100)) == &a);
  CHECK(t.table.by_address(from(1)) == nullptr);
}

TEST_CASE("after a restart both ufrags find the transport") {
  Table t;
  MediaTransport& a = t.open(1, "aaaa");
  a.ice.restart({"cccc", "password"}, kNow);
  t.table.update_ufrags(a);
  CHECK(t.table.by_ufrag("aaaa") == &a);
  CHECK(t.table.by_ufrag("cccc") == &a);
}

}  // namespace
}  // namespace halcyon::mediad
