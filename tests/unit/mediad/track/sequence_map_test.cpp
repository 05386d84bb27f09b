#include "mediad/track/sequence_map.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <vector>

#include "common/random/random.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

constexpr std::uint64_t kBase = 3 * 65536 + 65000;
constexpr LayerSelection kLow{0, 0, false};
constexpr LayerSelection kHigh{0, 2, false};

}  // namespace

TEST_CASE("without drops the numbers run on from the first") {
  SequenceMap map(65530);
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    REQUIRE(map.is_new(kBase + i));
    REQUIRE(map.forward(kBase + i, kLow).sequence_number() ==
            static_cast<std::uint16_t>(65530 + i));
  }
  CHECK(map.source_of(static_cast<std::uint16_t>(65530 + 199'999)) == kBase + 199'999);
  CHECK(map.source_of(static_cast<std::uint16_t>(65530 + 190'000)) == kBase + 190'000);
  CHECK_FALSE(map.source_of(static_cast<std::uint16_t>(65530 + 200'000)));
}

TEST_CASE("dropped packets leave no gap and have no number") {
  SequenceMap map(100);
  CHECK(map.forward(kBase, kLow).sequence_number() == 100);
  map.drop(kBase + 1, true);
  map.drop(kBase + 2, false);
  const auto next = map.forward(kBase + 3, kLow);
  CHECK(next.sequence_number() == 101);
  CHECK(next.dropped_pictures == 1);
  CHECK_FALSE(map.find(kBase + 1));
  CHECK_FALSE(map.find(kBase + 2));
  CHECK(map.find(kBase)->dropped_pictures == 0);
  CHECK(map.source_of(100) == kBase);
  CHECK(map.source_of(101) == kBase + 3);
  CHECK_FALSE(map.source_of(102));
  CHECK_FALSE(map.source_of(99));
}

TEST_CASE("lost packets keep their numbers and their layers for when they come late") {
  SequenceMap map(100);
  map.forward(kBase, kHigh);
  map.drop(kBase + 3, true);                        // 1 and 2 were lost
  const auto after = map.forward(kBase + 6, kLow);  // 4 and 5 were lost
  CHECK(after.sequence_number() == 105);
  CHECK_FALSE(map.is_new(kBase + 2));
  CHECK(map.find(kBase + 1)->sequence_number() == 101);
  CHECK(map.find(kBase + 2)->sequence_number() == 102);
  CHECK(map.find(kBase + 2)->layers == kHigh);
  CHECK_FALSE(map.find(kBase + 3));
  CHECK(map.find(kBase + 4)->sequence_number() == 103);
  CHECK(map.find(kBase + 4)->layers == kHigh);
  CHECK(map.find(kBase + 6)->layers == kLow);
  CHECK(map.source_of(103) == kBase + 4);
}

TEST_CASE("drops before the first forwarded packet hide nothing") {
  SequenceMap map(7);
  map.drop(kBase, true);
  map.drop(kBase + 1, true);
  CHECK(map.forward(kBase + 2, kLow).sequence_number() == 7);
  CHECK_FALSE(map.find(kBase + 1));
  CHECK_FALSE(map.find(kBase + 3));
}

TEST_CASE("after a jump the output goes on with one number missing") {
  SequenceMap map(10);
  map.forward(kBase, kLow);
  CHECK(map.forward(kBase + SequenceMap::kMaxJump, kLow).output ==
        map.find(kBase)->output + SequenceMap::kMaxJump);
  const std::uint64_t before = kBase + SequenceMap::kMaxJump;
  const auto after = map.forward(before + 40'000, kLow);
  CHECK(after.output == map.find(before)->output + 2);
  CHECK_FALSE(map.find(before + 1));
  CHECK_FALSE(map.source_of(static_cast<std::uint16_t>(after.output - 1)));
  CHECK(map.source_of(after.sequence_number()) == before + 40'000);
  map.drop(before + 90'000, false);
  CHECK(map.forward(before + 90'001, kLow).output == after.output + 2);
}

TEST_CASE("a long stretch without drops after one stays in memory") {
  SequenceMap map(0);
  map.forward(kBase, kLow);
  map.drop(kBase + 1, true);
  std::uint64_t n = kBase + 2;
  for (; n < kBase + 100'000; ++n) {
    map.forward(n, kLow);
    const std::uint64_t late = n - 20;
    if (late < kBase + 2) continue;
    const auto found = map.find(late);
    REQUIRE(found);
    REQUIRE(map.source_of(found->sequence_number()) == late);
  }
}

TEST_CASE("old runs are forgotten, never wrong") {
  SequenceMap map(0);
  for (std::uint64_t n = kBase; n < kBase + 1000; n += 2) {
    map.forward(n, kLow);
    map.drop(n + 1, true);
  }
  CHECK_FALSE(map.find(kBase));
  CHECK_FALSE(map.source_of(0));
  CHECK(map.find(kBase + 998)->sequence_number() == 499);
  CHECK(map.find(kBase + 998 - 200)->sequence_number() == 399);
  CHECK(map.source_of(399) == kBase + 798);
}

TEST_CASE("over random drops, losses and reordering forward and reverse agree") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    SeededRandom random(seed);
    SequenceMap map(static_cast<std::uint16_t>(random.u32()));
    std::map<std::uint64_t, std::uint64_t> given;  // source to output
    std::set<std::uint64_t> outputs;
    std::set<std::uint64_t> dropped;
    std::vector<std::uint64_t> late;
    const auto check_given = [&](std::uint64_t source, std::uint64_t output) {
      REQUIRE(outputs.insert(output).second);  // never used twice
      given[source] = output;
    };
    std::uint64_t n = kBase;
    for (int step = 0; step < 5000; ++step, ++n) {
      const std::uint32_t dice = random.u32() % 100;
      if (dice < 10) {
        late.push_back(n);
      } else if (dice < 30 && step > 0) {
        map.drop(n, false);
        dropped.insert(n);
      } else {
        check_given(n, map.forward(n, dice < 32 ? kHigh : kLow).output);
      }
      if (!late.empty() && random.u32() % 5 == 0) {
        const std::uint64_t source = late.back();
        late.pop_back();
        if (map.is_new(source)) continue;
        // Only what is too old has no number.
        if (const auto mapped = map.find(source)) {
          check_given(source, mapped->output);
        } else if (given.size() > 0 && source > given.begin()->first) {
          REQUIRE(n - source > 100);
        }
      }
      // Whatever is still remembered is as it was said, in both directions.
      for (std::uint64_t back = 0; back < 40 && back < n - kBase; ++back) {
        const auto it = given.find(n - back);
        if (it != given.end()) {
          REQUIRE(map.find(n - back)->output == it->second);
          REQUIRE(map.source_of(static_cast<std::uint16_t>(it->second)) == n - back);
        }
        if (dropped.count(n - back) != 0) REQUIRE_FALSE(map.find(n - back));
      }
    }
    // Order is kept, and the only gaps are numbers that never came.
    std::uint64_t last = 0;
    for (const auto& [source, output] : given) {
      REQUIRE(output > last);
      last = output;
    }
    const std::uint64_t unseen = 5000 - given.size() - dropped.size();
    REQUIRE(*outputs.rbegin() - *outputs.begin() + 1 <= given.size() + unseen);
  }
}
