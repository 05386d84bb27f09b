#include "mediad/track/rtp_clock_map.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "common/random/random.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(1'000'000 + ms); }

}  // namespace

TEST_CASE("nothing is known before the first packet") {
  const RtpClockMap map(90000);
  CHECK_FALSE(map.at(at(0)));
}

TEST_CASE("the first packet serves until a sender report comes") {
  RtpClockMap map(90000);
  map.handle_packet(1000, at(0));
  map.handle_packet(777, at(10));
  CHECK(map.at(at(0)) == 1000);
  CHECK(map.at(at(100)) == 10'000);
  CHECK(map.at(at(-10)) == 100);
  map.handle_sender_report(500'000, at(200));
  CHECK(map.at(at(200)) == 500'000);
  map.handle_packet(1, at(300));
  CHECK(map.at(at(300)) == 509'000);
}

TEST_CASE("the timestamp wraps") {
  RtpClockMap map(90000);
  map.handle_sender_report(0xffffff00, at(0));
  CHECK(map.at(at(1000)) == static_cast<std::uint32_t>(0xffffff00 + 90000));
  CHECK(map.at(at(0) + TimeDelta::seconds(100'000)) ==
        static_cast<std::uint32_t>(0xffffff00 + 90000ull * 100'000));
}

TEST_CASE("late reports hardly move the mapping") {
  RtpClockMap map(90000);
  SeededRandom random(1);
  for (std::int64_t i = 0; i < 600; ++i) {
    const std::int64_t sent = i * 1000;
    // Every third report is held up by as much as 200 ms.
    const std::int64_t delay = 20 + (i % 3 == 0 ? random.u32() % 200 : 0);
    map.handle_sender_report(static_cast<std::uint32_t>(sent * 90), at(sent + delay));
    if (i < 20) continue;
    const auto wanted = static_cast<std::uint32_t>((sent + 1000) * 90);
    const auto error = static_cast<std::int32_t>(*map.at(at(sent + 1020)) - wanted);
    CHECK(std::abs(error) < 20 * 90);
  }
}

TEST_CASE("drift of the sender's clock is followed in both directions") {
  for (const int drift_ppm : {-200, 200}) {
    RtpClockMap map(90000);
    for (std::int64_t s = 0; s < 3600; ++s) {
      const std::int64_t ticks = s * 90000 + s * 90000 * drift_ppm / 1'000'000;
      map.handle_sender_report(static_cast<std::uint32_t>(ticks), at(s * 1000));
      const auto error =
          static_cast<std::int32_t>(*map.at(at(s * 1000)) - static_cast<std::uint32_t>(ticks));
      CHECK(std::abs(error) < 90 * 5);
    }
  }
}

TEST_CASE("one report far off is ignored, two in a row are a jump") {
  RtpClockMap map(48000);
  map.handle_sender_report(0, at(0));
  map.handle_sender_report(4'000'000, at(1000));
  CHECK(map.at(at(1000)) == 48'000);
  map.handle_sender_report(96'000, at(2000));
  CHECK(map.at(at(2000)) == 96'000);
  map.handle_sender_report(9'000'000, at(3000));
  map.handle_sender_report(9'048'000, at(4000));
  CHECK(map.at(at(4000)) == 9'048'000);
}
