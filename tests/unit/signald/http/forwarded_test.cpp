#include <doctest/doctest.h>

#include <string>

#include "signald/http/forwarded.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

const std::vector<AddressRange> kTrusted = {*AddressRange::parse("10.0.0.0/8"),
                                            *AddressRange::parse("2001:db8:1::/48")};

std::string seen(std::initializer_list<std::pair<const char*, std::string>> fields,
                 const char* peer = "10.0.0.1") {
  Request request;
  request.peer = *SocketAddress::parse(peer, 1234);
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  const ClientOrigin origin = client_origin(request, kTrusted);
  return origin.address.ip() + (origin.tls ? " tls" : "");
}

}  // namespace

TEST_CASE("a trusted proxy says who the client is and how it came") {
  CHECK(seen({{"x-forwarded-for", "192.0.2.1"}}) == "192.0.2.1");
  CHECK(seen({{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-proto", "https"}}) == "192.0.2.1 tls");
  CHECK(seen({{"x-forwarded-proto", "https"}}) == "10.0.0.1 tls");
  CHECK(seen({{"x-forwarded-for", "2001:db8::7"}}, "2001:db8:1::5") == "2001:db8::7");
  CHECK(seen({{"forwarded", "for=192.0.2.1;proto=https;by=10.0.0.1"}}) == "192.0.2.1 tls");
  CHECK(seen({{"forwarded", "Proto=HTTPS; For=\"[2001:db8::7]:4711\""}}) == "2001:db8::7 tls");
}

TEST_CASE("nobody else is believed") {
  CHECK(seen({{"x-forwarded-for", "192.0.2.1"}, {"x-forwarded-proto", "https"}}, "192.0.2.9") ==
        "192.0.2.9");
  CHECK(seen({{"forwarded", "for=192.0.2.1;proto=https"}}, "192.0.2.9") == "192.0.2.9");
  Request request;
  request.headers.add("x-forwarded-for", "192.0.2.1");
  CHECK(client_origin(request, kTrusted).address.empty());
}

TEST_CASE("what a client wrote before the first trusted proxy does not count") {
  // The client claims 1.1.1.1, the outer proxy saw 192.0.2.1, the inner one saw 10.2.2.2.
  CHECK(seen({{"x-forwarded-for", "1.1.1.1, 192.0.2.1, 10.2.2.2"}}) == "192.0.2.1");
  CHECK(seen({{"forwarded", "for=1.1.1.1, for=192.0.2.1, for=10.2.2.2"}}) == "192.0.2.1");
  CHECK(seen({{"x-forwarded-for", "1.1.1.1, 192.0.2.1, 10.2.2.2"},
              {"x-forwarded-proto", "https, http, http"}}) == "192.0.2.1");
}

TEST_CASE("what cannot be understood ends the chain at the last one known") {
  for (const char* nonsense : {"unknown", "_hidden", "", "999.1.1.1", "[::1", "192.0.2.1:", "a, b"}) {
    CAPTURE(nonsense);
    const std::string got = seen({{"x-forwarded-for", nonsense}});
    CHECK((got == "10.0.0.1" || got == "192.0.2.1"));
  }
  CHECK(seen({{"forwarded", "for=_secret"}}) == "10.0.0.1");
  CHECK(seen({{"forwarded", ";;=,=;for"}}) == "10.0.0.1");
  CHECK(seen({{"x-forwarded-for", std::string(kMaxForwardedField + 1, '1')}}) == "10.0.0.1");
}

TEST_CASE("ports of proxies' lists do no harm") {
  CHECK(seen({{"x-forwarded-for", "192.0.2.1:4711"}}) == "192.0.2.1");
  CHECK(seen({{"x-forwarded-for", "[2001:db8::7]:4711"}}) == "2001:db8::7");
  CHECK(seen({{"x-forwarded-for", "[2001:db8::7]"}}) == "2001:db8::7");
}
