#include "mediad/bwe/rate_estimator.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(100'000 + ms); }

}  // namespace

TEST_CASE("a rate is 0 in the first second and then the average") {
  RateEstimator rate(at(0));
  for (int ms = 0; ms < 1000; ms += 10) rate.add(125, at(ms));
  CHECK_FALSE(rate.ready(at(999)));
  CHECK(rate.bitrate(at(999)) == 0);
  CHECK(rate.ready(at(1000)));
  CHECK(rate.bitrate(at(1000)) == 100'000);
  CHECK(rate.packet_rate(at(1000)) == 100);
  CHECK(rate.total_bytes() == 12'500);
  CHECK(rate.total_packets() == 100);
}

TEST_CASE("a new interval follows the old one") {
  RateEstimator rate(at(0));
  for (int ms = 0; ms < 1000; ms += 10) rate.add(125, at(ms));
  for (int ms = 1000; ms < 2000; ms += 10) rate.add(250, at(ms));
  CHECK(rate.bitrate(at(1990)) == 100'000);
  CHECK(rate.bitrate(at(2000)) == 200'000);
}

TEST_CASE("a rate fades in silence and recovers after it") {
  RateEstimator rate(at(0));
  for (int ms = 0; ms < 1000; ms += 10) rate.add(125, at(ms));
  CHECK(rate.bitrate(at(10'000)) == 10'000);
  for (int ms = 10'000; ms < 11'000; ms += 10) rate.add(125, at(ms));
  CHECK(rate.bitrate(at(11'000)) == 100'000);
}
