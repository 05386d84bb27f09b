#include <doctest/doctest.h>

#include "mediad/rtcp/ntp.h"
#include "mediad/track/resend_history.h"
#include "mediad/track/round_trip_estimator.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(10'000 + ms); }
constexpr TimeDelta kUnknown = TimeDelta::zero();

std::uint64_t ntp(std::int64_t ms) {
  return ntp_from_wall_time(WallTime{1'700'000'000'000'000 + ms * 1000});
}

ReportBlock answer(std::uint64_t sent, std::int64_t delay_ms) {
  ReportBlock block;
  block.last_sr = ntp_middle(sent);
  block.delay_since_last_sr = ntp_middle_from(TimeDelta::millis(delay_ms));
  return block;
}

}  // namespace

TEST_CASE("a packet is not sent again within a round trip") {
  ResendHistory history;
  CHECK(history.may_resend(7, TimeDelta::millis(80), at(0)));
  CHECK_FALSE(history.may_resend(7, TimeDelta::millis(80), at(79)));
  CHECK(history.may_resend(8, TimeDelta::millis(80), at(79)));
  CHECK(history.may_resend(7, TimeDelta::millis(80), at(80)));
}

TEST_CASE("the interval has a default and bounds") {
  ResendHistory history;
  CHECK(history.may_resend(7, kUnknown, at(0)));
  CHECK_FALSE(history.may_resend(7, kUnknown, at(49)));
  CHECK(history.may_resend(7, kUnknown, at(50)));
  CHECK_FALSE(history.may_resend(7, TimeDelta::seconds(9), at(249)));
  CHECK(history.may_resend(7, TimeDelta::seconds(9), at(250)));
  CHECK_FALSE(history.may_resend(7, TimeDelta::micros(1), at(259)));
  CHECK(history.may_resend(7, TimeDelta::micros(1), at(260)));
}

TEST_CASE("a packet is sent again five times at most") {
  ResendHistory history;
  int sent = 0;
  for (int ms = 0; ms < 4000; ms += 10) sent += history.may_resend(7, kUnknown, at(ms)) ? 1 : 0;
  CHECK(sent == 5);
  // Later the same number means another packet.
  CHECK(history.may_resend(7, kUnknown, at(20'000)));
}

TEST_CASE("the round trip comes from the answer to one of our reports") {
  RoundTripEstimator estimator;
  CHECK(estimator.round_trip() == TimeDelta::zero());
  estimator.handle_sent_report(ntp(0));
  estimator.handle_sent_report(ntp(500));
  estimator.handle_report_block(answer(ntp(0), 600), ntp(700));
  CHECK(estimator.round_trip().us() == doctest::Approx(100'000).epsilon(0.001));
  estimator.handle_report_block(answer(ntp(500), 600), ntp(1300));
  CHECK(estimator.round_trip().us() == doctest::Approx(125'000).epsilon(0.001));
}

TEST_CASE("reports that were never sent, are too old or come before they were sent teach nothing") {
  RoundTripEstimator estimator;
  estimator.handle_sent_report(ntp(0));
  estimator.handle_report_block(ReportBlock{}, ntp(10));
  estimator.handle_report_block(answer(ntp(1), 0), ntp(10));
  estimator.handle_report_block(answer(ntp(0), 7900), ntp(8001));
  estimator.handle_report_block(answer(ntp(0), 200), ntp(100));
  CHECK(estimator.round_trip() == TimeDelta::zero());
  estimator.handle_report_block(answer(ntp(0), 7900), ntp(8000));
  CHECK(estimator.round_trip().us() == doctest::Approx(100'000).epsilon(0.001));
}
