#include "signald/turn/turn_plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "signald/turn/coturn_configuration.h"
#include "signald/turn/restart_delay.h"
#include "signald/turn/turn_mode.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

SocketAddress ip(const char* text) { return *SocketAddress::parse(text, 0); }

const std::vector<SocketAddress> kBehindNat = {ip("192.168.1.5"), ip("172.17.0.1"),
                                               ip("2001:db8::5")};
const std::vector<SocketAddress> kPublic = {ip("198.51.100.7"), ip("10.0.0.7"), ip("203.0.113.9")};

bool has_line(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("-turn takes nothing, auto, a port, and an address or name with a port") {
  CHECK(parse_turn_mode("")->kind == TurnMode::Kind::kOff);
  CHECK(*parse_turn_mode("auto") == TurnMode{TurnMode::Kind::kAuto, "", 1194});
  CHECK(*parse_turn_mode(":3478") == TurnMode{TurnMode::Kind::kOn, "", 3478});
  CHECK(*parse_turn_mode("0.0.0.0:3478") == TurnMode{TurnMode::Kind::kOn, "", 3478});
  CHECK(*parse_turn_mode("192.0.2.1:1194") == TurnMode{TurnMode::Kind::kOn, "192.0.2.1", 1194});
  CHECK(parse_turn_mode("turn.example.org:443")->host == "turn.example.org");
  for (const char* bad : {"on", "3478", ":", ":0", ":65536", ":x", "192.0.2.1",
                          "192.0.2.1:", "[2001:db8::1]:3478", "2001:db8::1", "/run/turn:1"}) {
    CHECK_MESSAGE(!parse_turn_mode(bad), bad);
  }
}

TEST_CASE("an address is public unless it is set aside for something else") {
  for (const char* text :
       {"198.51.100.7", "8.8.8.8", "172.15.255.255", "172.32.0.0", "100.64.0.1"}) {
    CHECK_MESSAGE(is_public_v4(ip(text)), text);
  }
  for (const char* text :
       {"10.1.2.3", "127.0.0.1", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.1",
        "224.0.0.1", "0.0.0.0", "2001:db8::1"}) {
    CHECK_MESSAGE(!is_public_v4(ip(text)), text);
  }
}

TEST_CASE("without an address every public one listens, relays and is announced") {
  const auto plan = plan_turn(1194, std::nullopt, kPublic);
  REQUIRE(plan);
  CHECK(plan->listening == std::vector{ip("198.51.100.7"), ip("203.0.113.9")});
  CHECK(plan->relays == plan->listening);
  CHECK_FALSE(plan->external);
  CHECK(turn_urls(*plan) ==
        std::vector<std::string>{"turn:198.51.100.7:1194", "turn:198.51.100.7:1194?transport=tcp",
                                 "turn:203.0.113.9:1194", "turn:203.0.113.9:1194?transport=tcp"});
  const auto none = plan_turn(1194, std::nullopt, kBehindNat);
  REQUIRE_FALSE(none);
  CHECK(none.error().message.find("-turn IP:PORT") != std::string::npos);
}

TEST_CASE("a forwarded address is announced, and the host's own ones listen") {
  const auto plan = plan_turn(3478, ip("203.0.113.80"), kBehindNat);
  REQUIRE(plan);
  CHECK(plan->listening == std::vector{ip("192.168.1.5"), ip("172.17.0.1")});
  CHECK(plan->relays == std::vector{ip("192.168.1.5")});
  CHECK(plan->external == ip("203.0.113.80"));
  CHECK(turn_urls(*plan).front() == "turn:203.0.113.80:3478");
  const std::string text = coturn_configuration(*plan, "s", "/d", {});
  CHECK(has_line(text, "external-ip=203.0.113.80/192.168.1.5"));
  CHECK_FALSE(plan_turn(3478, ip("203.0.113.80"), {ip("127.0.0.1"), ip("2001:db8::5")}));
}

TEST_CASE("an address of the host itself is relayed from as it is") {
  const auto plan = plan_turn(3478, ip("10.0.0.7"), kPublic);
  REQUIRE(plan);
  CHECK(plan->listening.size() == 3);
  CHECK(plan->relays == std::vector{ip("10.0.0.7")});
  CHECK_FALSE(plan->external);
}

TEST_CASE("an address on which nothing can listen is not announced, unless others lead to it") {
  auto plan = *plan_turn(1194, std::nullopt, kPublic);
  leave_out(plan, ip("198.51.100.7"));
  CHECK(plan.listening == std::vector{ip("203.0.113.9")});
  CHECK(plan.announced == plan.listening);
  CHECK(plan.relays == plan.listening);
  leave_out(plan, ip("203.0.113.9"));
  CHECK(plan.listening.empty());
  auto nat = *plan_turn(3478, ip("203.0.113.80"), kBehindNat);
  leave_out(nat, ip("172.17.0.1"));
  CHECK(nat.listening == std::vector{ip("192.168.1.5")});
  CHECK(nat.announced == std::vector{ip("203.0.113.80")});
}

TEST_CASE("packets may be relayed to where the workers and the relay are reached") {
  const auto nat = *plan_turn(3478, ip("203.0.113.80"), kBehindNat);
  CHECK(allowed_peers(nat, {}, kBehindNat) ==
        std::vector{ip("192.168.1.5"), ip("172.17.0.1"), ip("2001:db8::5"), ip("203.0.113.80")});
  // What is not offered to clients need not be reached.
  CHECK(allowed_peers(nat, {ip("203.0.113.80")}, kBehindNat) == std::vector{ip("203.0.113.80")});
  CHECK(allowed_peers(nat, {}, {ip("127.0.0.1")}) == std::vector{ip("203.0.113.80")});
}

TEST_CASE("coturn is told all it needs, and closed towards what only this host can see") {
  const auto plan = *plan_turn(1194, std::nullopt, kPublic);
  const std::string text =
      coturn_configuration(plan, "s3cret", "/run/x", {ip("10.0.0.7"), ip("2001:db8::5")});
  for (const char* line :
       {"listening-port=1194", "listening-ip=198.51.100.7", "listening-ip=203.0.113.9",
        "relay-ip=198.51.100.7", "realm=halcyon", "use-auth-secret", "static-auth-secret=s3cret",
        "no-cli", "no-tcp-relay", "no-multicast-peers", "pidfile=/run/x/turnserver.pid",
        "userdb=/run/x/turnserver.db", "denied-peer-ip=127.0.0.0-127.255.255.255",
        "denied-peer-ip=10.0.0.0-10.255.255.255", "denied-peer-ip=169.254.0.0-169.254.255.255",
        "denied-peer-ip=::1", "denied-peer-ip=::ffff:0:0-::ffff:ffff:ffff",
        "allowed-peer-ip=10.0.0.7", "allowed-peer-ip=2001:db8::5"}) {
    CHECK_MESSAGE(has_line(text, line), line);
  }
  CHECK(text.find("external-ip") == std::string::npos);
  // coturn would take such a range for one of all IPv4 addresses.
  CHECK(text.find("denied-peer-ip=::-") == std::string::npos);
}

TEST_CASE("a process that keeps ending is started again ever later, at most after half a minute") {
  RestartDelay delay;
  CHECK(delay.after(TimeDelta::zero()) == TimeDelta::zero());
  CHECK(delay.after(TimeDelta::zero()) == TimeDelta::seconds(1));
  CHECK(delay.after(TimeDelta::seconds(29)) == TimeDelta::seconds(2));
  for (int i = 0; i < 50; ++i) delay.after(TimeDelta::zero());
  CHECK(delay.after(TimeDelta::zero()) == TimeDelta::seconds(30));
  CHECK(delay.after(TimeDelta::seconds(30)) == TimeDelta::zero());
}
