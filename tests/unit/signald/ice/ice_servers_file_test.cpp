#include "signald/ice/ice_servers_file.h"

#include <doctest/doctest.h>

#include "signald/ice/ice_url.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

// 24 h before the times of the credentials below.
constexpr WallTime kNow{1'700'000'000'000'000};

std::string effective(const IceServersFile& file) {
  JsonArray array;
  for (const IceServerEntry& entry : file.entries)
    array.emplace_back(to_json(effective_server(entry, kNow)));
  return write_json(array);
}

std::string entry_with(const std::string& fields) { return "[{" + fields + "}]"; }

}  // namespace

TEST_CASE("a shared secret gives credentials that are good for 24 hours") {
  const auto named = make_turn_credentials("k3y-of-the-relay", "media", kNow);
  CHECK(named.username == "1700086400:media");
  CHECK(named.password == "okuVsAq5JeCO1LeOOPkU+agjR8Q=");
  const auto anonymous = make_turn_credentials("k3y-of-the-relay", "", kNow);
  CHECK(anonymous.username == "1700086400");
  CHECK(anonymous.password == "keZbSAF47+L3YvzZQ+h5TFQF/fw=");
}

TEST_CASE("entries of every kind come out as clients need them, in their order") {
  const auto file = parse_ice_servers(R"([
    {"urls":["turn:relay.example.net:3478","turns:relay.example.net:5349"],"username":"media",
     "credential":"k3y-of-the-relay","credentialType":"hmac-sha1"},
    {"urls":["stun:relay.example.net:3478"],"unknown":[1]},
    {"urls":["turn:[2001:db8::1]:3478?transport=tcp"],"username":"u","credential":"p","credentialType":"password"},
    {"urls":["turn:a.example.net"],"username":"k","credential":{"accessToken":"x"},"credentialType":"oauth"}])");
  CHECK(file.problems.empty());
  CHECK(
      effective(file) ==
      R"([{"urls":["turn:relay.example.net:3478","turns:relay.example.net:5349"],"username":"1700086400:media",)"
      R"("credential":"okuVsAq5JeCO1LeOOPkU+agjR8Q=","credentialType":"password"},)"
      R"({"urls":["stun:relay.example.net:3478"],"credentialType":"password"},)"
      R"({"urls":["turn:[2001:db8::1]:3478?transport=tcp"],"username":"u","credential":"p","credentialType":"password"},)"
      R"({"urls":["turn:a.example.net"],"username":"k","credential":{"accessToken":"x"},"credentialType":"oauth"}])");
}

TEST_CASE("the secret itself never reaches a client") {
  const auto file = parse_ice_servers(
      entry_with(R"("urls":["turn:a:1"],"credential":"s3cret","credentialType":"hmac-sha1")"));
  CHECK(effective(file).find("s3cret") == std::string::npos);
}

TEST_CASE("a bad entry is left out with one sentence, and the others count") {
  for (const char* bad : {
           R"("urls":"stun:a.example.net")",
           R"("username":"u")",
           R"("urls":[])",
           R"("urls":["stun:a"],"credentialType":"token")",
           R"("urls":["turn:a"])",
           R"("urls":["turn:a"],"username":"u")",
           R"("urls":["turn:a"],"credential":"p")",
           R"("urls":["turn:a"],"username":"u","credential":7)",
           R"("urls":["turn:a"],"username":"u","credential":7,"credentialType":"hmac-sha1")",
           R"("urls":["turn:a"],"credentialType":"hmac-sha1")",
           R"("urls":["http://a"])",
           R"("urls":["stun:a","stun:"])",
           R"("urls":[3])",
       }) {
    CAPTURE(bad);
    const auto file =
        parse_ice_servers("[{" + std::string(bad) + R"(},{"urls":["stun:good.example.net"]}])");
    REQUIRE(file.problems.size() == 1);
    CHECK(file.problems[0].starts_with("entry 1 is left out: "));
    REQUIRE(file.entries.size() == 1);
    CHECK(file.entries[0].server.urls[0] == "stun:good.example.net");
  }
  CHECK(parse_ice_servers(R"([7,{"urls":["stun:a"]}])").entries.size() == 1);
}

TEST_CASE("a file that is no array of servers gives none and says why") {
  for (const char* text : {"", "{", "{}", "\"stun:a\"", "[{\"urls\":[\"stun:a\"]}"}) {
    CAPTURE(text);
    const auto file = parse_ice_servers(text);
    CHECK(file.entries.empty());
    CHECK(file.problems.size() == 1);
  }
  CHECK(parse_ice_servers("[]").problems.empty());
}

TEST_CASE("URLs are accepted as browsers accept them") {
  for (const char* good :
       {"stun:a", "stuns:a.example.net:5349", "turn:192.0.2.1:3478?transport=udp",
        "turns:relay_1.example.net?transport=tcp", "TURN:a", "stun:[2001:db8::1]"}) {
    CHECK_MESSAGE(check_ice_url(good).has_value(), good);
  }
  for (const char* bad :
       {"", "a", "stun:", "stun:a:0", "stun:a:65536", "stun:a:", "stun:a:b", "stun:a?transport=udp",
        "turn:a?transport=tls", "turn:a?", "turn://a", "turn:a b", "stun:2001:db8::1", "stun:[a]",
        "stun:[2001:db8::1]3478", "stun:[2001:db8::1", "http:a"}) {
    CHECK_MESSAGE(!check_ice_url(bad).has_value(), bad);
  }
  CHECK(is_turn(*check_ice_url("turns:a")));
  CHECK_FALSE(is_turn(*check_ice_url("stuns:a")));
}
