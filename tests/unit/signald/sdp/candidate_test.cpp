#include "signald/sdp/candidate.h"

#include <doctest/doctest.h>

using namespace halcyon::signald::sdp;

TEST_CASE("browsers' candidates are read and written back as they came") {
  for (const std::string text : {
           "candidate:3934333376 1 udp 2122194687 192.0.2.2 50433 typ host generation 0 network-id "
           "1",
           "candidate:2488191832 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0",
           "candidate:0 1 UDP 2122187007 da31649b-df27-4ff6-93c2-2c886cd9d2c1.local 35767 typ host",
           "candidate:842163049 1 udp 1677729535 203.0.113.5 40678 typ srflx raddr 0.0.0.0 rport 0",
       }) {
    CAPTURE(text);
    const auto candidate = parse_candidate(text);
    REQUIRE(candidate.has_value());
    CHECK(write_candidate(*candidate) == text);
  }
}

TEST_CASE("a candidate may come without its prefix") {
  const auto candidate = parse_candidate("1 1 tcp 1 ::1 9 typ host tcptype active");
  REQUIRE(candidate.has_value());
  CHECK(candidate->address == "::1");
  CHECK(candidate->type == "host");
  REQUIRE(candidate->extensions.size() == 1);
  CHECK(candidate->extensions[0].first == "tcptype");
}

TEST_CASE("a line that is no candidate is refused") {
  for (const std::string text : {
           "",
           "candidate:",
           "candidate:1",
           "candidate:1 1 udp 1 192.0.2.1 1 typ",
           "candidate:1 0 udp 1 192.0.2.1 1 typ host",
           "candidate:1 257 udp 1 192.0.2.1 1 typ host",
           "candidate:1 1 udp 4294967296 192.0.2.1 1 typ host",
           "candidate:1 1 udp -1 192.0.2.1 1 typ host",
           "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
           "candidate:1 1 udp 1 192.0.2.1 1 tip host",
           "candidate:1 1 udp 1 192.0.2.1 1 typ host x",
           "candidate:a=b 1 udp 1 192.0.2.1 1 typ host",
           "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 1 typ host",
           "candidate:1 1 udp 1 192.0.2.1\r 1 typ host",
       }) {
    CAPTURE(text);
    CHECK_FALSE(parse_candidate(text).has_value());
  }
  CHECK_FALSE(
      parse_candidate("candidate:1 1 udp 1 " + std::string(kMaxCandidateSize, 'a') + " 1 typ host")
          .has_value());
}
