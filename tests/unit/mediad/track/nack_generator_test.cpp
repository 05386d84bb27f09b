#include "mediad/track/nack_generator.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;
using Arrival = NackGenerator::Arrival;
using Numbers = std::vector<std::uint16_t>;

namespace {

constexpr std::uint64_t kBase = 2 * 65536;
Timestamp at(std::int64_t ms) { return Timestamp::from_ms(1000 + ms); }

Numbers poll(NackGenerator& nack, Timestamp now) {
  Numbers out;
  nack.poll(now, out);
  return out;
}

}  // namespace

TEST_CASE("a stream without loss causes no requests") {
  NackGenerator nack;
  for (std::uint64_t n = kBase; n < kBase + 200'000; ++n) {
    REQUIRE(nack.handle_packet(n, at(0)) == Arrival::kInOrder);
  }
  CHECK(nack.next_deadline().is_never());
}

TEST_CASE("a gap is requested after 20 ms") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 2, at(5));
  CHECK(poll(nack, at(24)).empty());
  CHECK(nack.next_deadline() == at(25));
  CHECK(poll(nack, at(25)) == Numbers{1});
}

TEST_CASE("a gap is requested at once when three later packets are there") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 2, at(0));
  nack.handle_packet(kBase + 3, at(0));
  CHECK(poll(nack, at(0)).empty());
  nack.handle_packet(kBase + 4, at(0));
  CHECK(poll(nack, at(0)) == Numbers{1});
}

TEST_CASE("of a long gap all but the newest are requested at once") {
  NackGenerator nack;
  nack.handle_packet(kBase + 65533, at(0));
  nack.handle_packet(kBase + 65540, at(0));
  CHECK(poll(nack, at(0)) == Numbers{65534, 65535, 0, 1});
  CHECK(poll(nack, at(20)) == Numbers{2, 3});
}

TEST_CASE("reordered packets are not requested") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 3, at(1));
  CHECK(nack.handle_packet(kBase + 1, at(2)) == Arrival::kReordered);
  CHECK(nack.handle_packet(kBase + 2, at(3)) == Arrival::kReordered);
  CHECK(nack.missing() == 0);
  CHECK(nack.next_deadline().is_never());
}

TEST_CASE("NackGenerator stops asking after ten tries") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 2, at(0));
  int tries = 0;
  std::int64_t last = -100;
  for (std::int64_t ms = 0; ms < 5000; ++ms) {
    if (poll(nack, at(ms)).empty()) continue;
    CHECK(ms - last >= 100);
    last = ms;
    ++tries;
  }
  CHECK(tries == 10);
  CHECK(nack.missing() == 0);
  CHECK(nack.next_deadline().is_never());
}

TEST_CASE("requests are repeated once a round trip, which answers teach") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 4, at(0));
  CHECK(poll(nack, at(0)) == Numbers{1});
  CHECK(nack.handle_packet(kBase + 1, at(200)) == Arrival::kRequested);
  CHECK(nack.repeat_interval() == TimeDelta::millis(250));
  CHECK(poll(nack, at(200)) == Numbers{2, 3});
  CHECK(poll(nack, at(449)).empty());
  CHECK(poll(nack, at(450)) == Numbers{2, 3});
  // Nobody knows which of two requests this answers.
  CHECK(nack.handle_packet(kBase + 2, at(455)) == Arrival::kRequested);
  CHECK(nack.repeat_interval() == TimeDelta::millis(250));
}

TEST_CASE("losses before a keyframe are forgotten") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 10, at(0));
  nack.handle_packet(kBase + 12, at(0));
  nack.handle_keyframe(kBase + 10);
  CHECK(poll(nack, at(100)) == Numbers{11});
}

TEST_CASE("packets that would come too late are given up and counted") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 10, at(0));
  CHECK(nack.give_up_before(kBase + 6) == 5);
  CHECK(nack.give_up_before(kBase + 6) == 0);
  CHECK(poll(nack, at(100)) == Numbers{6, 7, 8, 9});
}

TEST_CASE("more missing than the list holds is an overflow, not a long list") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 1 + NackGenerator::kMaxMissing, at(0));
  CHECK(nack.missing() == NackGenerator::kMaxMissing);
  CHECK_FALSE(nack.take_overflow());
  nack.handle_packet(kBase + 3 + NackGenerator::kMaxMissing, at(0));
  CHECK(nack.missing() == 0);
  CHECK(nack.take_overflow());
  CHECK_FALSE(nack.take_overflow());
  CHECK(poll(nack, at(1000)).empty());
}

TEST_CASE("a receiver causes at most one request an interval for a packet given up") {
  NackGenerator nack;
  for (std::uint64_t n = kBase; n < kBase + 20; ++n) nack.handle_packet(n, at(0));
  nack.request(kBase + 5, at(0));
  nack.request(kBase + 5, at(0));
  CHECK(poll(nack, at(0)) == Numbers{5});
  for (int ms = 1; ms < 100; ms += 10) {
    nack.request(kBase + 5, at(ms));
    CHECK(poll(nack, at(ms)).empty());
  }
  CHECK(poll(nack, at(100)).empty());
  CHECK(nack.next_deadline().is_never());
  nack.request(kBase + 5, at(110));
  CHECK(poll(nack, at(110)) == Numbers{5});
  nack.request(kBase + 20, at(300));  // not known to exist
  CHECK(poll(nack, at(300)).empty());
}

TEST_CASE("a receiver's request for a packet already being asked for changes nothing") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 2, at(0));
  nack.request(kBase + 1, at(1));
  CHECK(poll(nack, at(1)).empty());
  CHECK(poll(nack, at(20)) == Numbers{1});
}

TEST_CASE("after a restart nothing of before is asked for") {
  NackGenerator nack;
  nack.handle_packet(kBase, at(0));
  nack.handle_packet(kBase + 5, at(0));
  nack.restart();
  nack.handle_packet(kBase + 60'000, at(0));
  CHECK(poll(nack, at(1000)).empty());
  nack.handle_packet(kBase + 60'002, at(1000));
  CHECK(poll(nack, at(1020)) == Numbers{static_cast<std::uint16_t>(60'001)});
}
