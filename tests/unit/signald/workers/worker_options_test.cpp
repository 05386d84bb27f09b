#include "signald/workers/worker_options.h"

#include <doctest/doctest.h>

using namespace halcyon::signald;

TEST_CASE("a UDP range is one port or two") {
  CHECK(*parse_udp_range("8443") == UdpRange{8443, 8443});
  CHECK(*parse_udp_range("49152-65535") == UdpRange{49152, 65535});
  CHECK(parse_udp_range("7-7")->size() == 1);
  for (const char* text :
       {"", "0", "-", "1-", "-1", "2-1", "1-65536", "a-b", "1-2-3", " 1", "0-5"}) {
    CAPTURE(text);
    const auto range = parse_udp_range(text);
    REQUIRE_FALSE(range.has_value());
    CHECK(range.error().message.find("-udp-range") != std::string::npos);
  }
}

TEST_CASE("auto means a worker for each core and no more than there are ports") {
  CHECK(*parse_worker_count("auto", 8, std::nullopt) == 8);
  CHECK(*parse_worker_count("auto", 0, std::nullopt) == 1);
  CHECK(*parse_worker_count("auto", 8, UdpRange{8443, 8443}) == 1);
  CHECK(*parse_worker_count("auto", 8, UdpRange{8443, 8446}) == 4);
  CHECK(*parse_worker_count("auto", 100000, std::nullopt) == kMaxWorkers);
}

TEST_CASE("a number of workers needs as many ports") {
  CHECK(*parse_worker_count("3", 1, std::nullopt) == 3);
  CHECK(*parse_worker_count("0", 1, std::nullopt) == 0);
  CHECK(*parse_worker_count("2", 1, UdpRange{5000, 5001}) == 2);
  const auto few = parse_worker_count("3", 1, UdpRange{5000, 5001});
  REQUIRE_FALSE(few.has_value());
  CHECK(few.error().message.find("2 ports, too few for 3 workers") != std::string::npos);
  for (const char* text : {"", "x", "-1", "257", "1.5"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_worker_count(text, 1, std::nullopt).has_value());
  }
}
