#include "mediad/rtcp/ntp.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;

TEST_CASE("NTP time begins in 1900") {
  CHECK(ntp_from_wall_time(WallTime{0}) == 2208988800ull << 32);
  CHECK(ntp_from_wall_time(WallTime{1'500'000}) == ((2208988801ull << 32) | 0x80000000ull));
  CHECK(ntp_from_wall_time(WallTime{-500'000}) == ((2208988799ull << 32) | 0x80000000ull));
}

TEST_CASE("NTP seconds start again in 2036") {
  const WallTime last{(4294967296ll - 2208988800ll) * 1'000'000 - 250'000};
  const std::uint64_t before = ntp_from_wall_time(last);
  const std::uint64_t after = ntp_from_wall_time(last + TimeDelta::millis(500));
  CHECK((before >> 32) == 0xffffffff);
  CHECK((after >> 32) == 0);
  CHECK(ntp_difference(after, before) == TimeDelta::millis(500));
  CHECK(ntp_difference(before, after) == -TimeDelta::millis(500));
}

TEST_CASE("the middle of an NTP time counts in 1/65536 s") {
  CHECK(ntp_middle(0x1122334455667788) == 0x33445566);
  CHECK(ntp_middle_from(TimeDelta::millis(500)) == 0x8000);
  CHECK(ntp_middle_from(TimeDelta::millis(-1)) == 0);
  CHECK(ntp_middle_from(TimeDelta::seconds(1'000'000)) == 65535u << 16);
  CHECK(span_from_ntp_middle(0x18000) == TimeDelta::millis(1500));
  CHECK(span_from_ntp_middle(0xffffffff).us() == 65535999984);
}
