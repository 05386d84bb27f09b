#include "signald/options/options.h"

#include <doctest/doctest.h>

#include "signald/options/go_flags.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

const std::vector<FlagSpec> kKnown = {{"http"}, {"insecure", FlagSpec::Kind::kBoolean}};

}  // namespace

TEST_CASE("who may read metrics is said by flags") {
  const auto options =
      parse_options({"-metrics-allow", "192.0.2.0/24,::1", "-metrics-token-file", "/etc/token"}, 1);
  REQUIRE(options.has_value());
  CHECK(options->metrics.addresses.size() == 2);
  CHECK(options->metrics.token_file == "/etc/token");
  CHECK(parse_options({}, 1)->metrics.addresses.size() == 2);
  CHECK(parse_options({"-metrics-allow="}, 1)->metrics.addresses.empty());
  CHECK(parse_options({"-metrics-allow", "everybody"}, 1).error().status == 2);
}

TEST_CASE("a TURN server that cannot be is refused") {
  CHECK(parse_options({"-turn", "192.0.2.1:3478"}, 1)->turn.host == "192.0.2.1");
  const auto bad = parse_options({"-turn", "here"}, 1);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().status == 2);
  CHECK(bad.error().to_stderr.find("-turn") != std::string::npos);
}

TEST_CASE("flags are written with one dash or two, values after '=' or in the next word") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-http", ":1"}, {"--http", ":1"}, {"-http=:1"}, {"--http=:1"}}) {
    const auto values = parse_go_flags(kKnown, words);
    REQUIRE(values.has_value());
    CHECK(*values == FlagValues{{"http", ":1"}});
  }
  CHECK(*parse_go_flags(kKnown, {"-http", "-insecure"}) == FlagValues{{"http", "-insecure"}});
  CHECK(*parse_go_flags(kKnown, {"-http="}) == FlagValues{{"http", ""}});
}

TEST_CASE("a boolean takes a value only with '='") {
  CHECK(*parse_go_flags(kKnown, {"-insecure"}) == FlagValues{{"insecure", "true"}});
  CHECK(*parse_go_flags(kKnown, {"-insecure=F"}) == FlagValues{{"insecure", "false"}});
  CHECK(*parse_go_flags(kKnown, {"-insecure", "false", "-http", ":1"}) ==
        FlagValues{{"insecure", "true"}});
  CHECK_FALSE(parse_go_flags(kKnown, {"-insecure=yes"}).has_value());
  CHECK_FALSE(parse_go_flags(kKnown, {"-insecure="}).has_value());
}

TEST_CASE("flags end at the first other word, and what follows is ignored") {
  CHECK(parse_go_flags(kKnown, {"x", "-nonsense"})->empty());
  CHECK(parse_go_flags(kKnown, {"--", "-nonsense"})->empty());
  CHECK(parse_go_flags(kKnown, {"-", "-nonsense"})->empty());
  CHECK(parse_go_flags(kKnown, {})->empty());
}

TEST_CASE("what is no flag of ours is refused") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-nonsense"}, {"---http"}, {"-=x"}, {"--=x"}, {"-http"}, {"-h"}}) {
    CAPTURE(words.front());
    CHECK_FALSE(parse_go_flags(kKnown, words).has_value());
  }
}

TEST_CASE("no words mean the documented defaults") {
  const auto options = parse_options({}, 2);
  REQUIRE(options.has_value());
  CHECK(options->http.to_string() == ":8443");
  CHECK_FALSE(options->static_directory.has_value());
  CHECK_FALSE(options->insecure);
  CHECK(options->data_directory == "./data/");
  CHECK(options->groups_directory == "./groups/");
  CHECK(options->recordings_directory == "./recordings/");
  CHECK_FALSE(options->udp_range.has_value());
  CHECK(options->turn == TurnMode{});
  CHECK(options->workers == 2);
}

TEST_CASE("every flag arrives") {
  const auto options = parse_options({"-http",
                                      "[::1]:443",
                                      "-static",
                                      "s",
                                      "-insecure",
                                      "-data=d",
                                      "-groups",
                                      "g",
                                      "-recordings",
                                      "r",
                                      "-udp-range",
                                      "1000-2000",
                                      "-mdns",
                                      "-relay-only=true",
                                      "-turn=",
                                      "-workers",
                                      "3",
                                      "-ipc",
                                      "i",
                                      "-mediad",
                                      "m",
                                      "-place",
                                      "spread",
                                      "-announce",
                                      "192.0.2.1",
                                      "-announce",
                                      "2001:db8::1",
                                      "-log-level",
                                      "debug",
                                      "-cpuprofile",
                                      "x"},
                                     2);
  REQUIRE(options.has_value());
  CHECK(options->http.host == "::1");
  CHECK(options->static_directory == "s");
  CHECK(options->insecure);
  CHECK(options->data_directory == "d");
  CHECK(options->groups_directory == "g");
  CHECK(options->recordings_directory == "r");
  CHECK(options->udp_range == UdpRange{1000, 2000});
  CHECK(options->relay_only);
  CHECK(options->turn.kind == TurnMode::Kind::kOff);
  CHECK(options->workers == 3);
  CHECK(options->ipc == "i");
  CHECK(options->mediad == "m");
  CHECK(options->place == PlacementMode::kSpread);
  CHECK(options->announce == std::vector<std::string>{"192.0.2.1", "2001:db8::1"});
  CHECK(options->log_level == LogLevel::kDebug);
  REQUIRE(options->warnings.size() == 2);
  CHECK(options->warnings[0].starts_with("-mdns does nothing here"));
  CHECK(options->warnings[1].find("perf record") != std::string::npos);
}

TEST_CASE("limits and trusted proxies are read, and proxies add up") {
  const auto options = parse_options(
      {"-max-connections", "10", "--max-connections-per-address=5", "-header-timeout", "3",
       "-idle-timeout", "4", "-trusted-proxy", "10.0.0.0/8", "-trusted-proxy", "unix"},
      2);
  REQUIRE(options.has_value());
  CHECK(options->limits.connections == 10);
  CHECK(options->limits.connections_per_address == 5);
  CHECK(options->limits.header_seconds == 3);
  CHECK(options->limits.idle_seconds == 4);
  CHECK(options->trusted_proxies.contains(*SocketAddress::parse("10.1.1.1", 0)));
  CHECK(options->trusted_proxies.contains(SocketAddress()));
}

TEST_CASE("bad values end with status 2, a message and the usage") {
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"-http", "nowhere"},
                                             {"-udp-range", "0"},
                                             {"-udp-range", "9-8"},
                                             {"-udp-range", "1-2-3"},
                                             {"-udp-range", "1-70000"},
                                             {"-workers", "2", "-udp-range", "5000"},
                                             {"-workers", "many"},
                                             {"-workers", "1000"},
                                             {"-place", "here"},
                                             {"-announce", "example.org"},
                                             {"-trusted-proxy", "here"},
                                             {"-max-connections", "0"},
                                             {"-max-connections", "1000001"},
                                             {"-header-timeout", "1s"},
                                             {"-idle-timeout", ""},
                                             {"-log-level", "loud"},
                                             {"-insecure=maybe"},
                                             {"-nonsense"}}) {
    CAPTURE(words.front());
    const auto options = parse_options(words, 2);
    REQUIRE_FALSE(options.has_value());
    CHECK(options.error().status == 2);
    CHECK(options.error().to_stderr.find("Usage of signald") != std::string::npos);
  }
}

TEST_CASE("help and version end well") {
  for (const char* word : {"-h", "-help", "--help"}) {
    const auto options = parse_options({word}, 2);
    REQUIRE_FALSE(options.has_value());
    CHECK(options.error().status == 0);
    CHECK(options.error().to_stderr.find("-udp-range") != std::string::npos);
  }
  CHECK(parse_options({"--version"}, 2).error().to_stdout.starts_with("Halcyon "));
}
