#include "mediad/track/receiver_limit.h"

#include <doctest/doctest.h>

using namespace halcyon::mediad;

namespace {

constexpr std::uint64_t kMega = 1'000'000;

}  // namespace

TEST_CASE("a sender without receivers may use the least") {
  CHECK(ReceiverLimit().bitrate() == 204'800);
}

TEST_CASE("without layers the slowest receiver decides") {
  ReceiverLimit limit;
  limit.add({3 * kMega, 0, 0});
  limit.add({1 * kMega, 0, 0});
  CHECK(limit.bitrate() == kMega);
}

TEST_CASE("no receiver lowers the limit under the least") {
  ReceiverLimit limit;
  limit.add({9600, 0, 0});
  CHECK(limit.bitrate() == 204'800);
}

TEST_CASE("temporal layers let the slowest take a half or a quarter") {
  ReceiverLimit limit;
  limit.add({3 * kMega, 0, 2});
  limit.add({kMega / 2, 0, 0});
  CHECK(limit.bitrate() == 2 * kMega);
  ReceiverLimit fast;
  fast.add({3 * kMega, 0, 2});
  fast.add({kMega, 0, 0});
  CHECK(fast.bitrate() == 3 * kMega);
}

TEST_CASE("a spatial layer in use leaves room to grow") {
  ReceiverLimit limit;
  limit.add({2 * kMega, 1, 2});
  CHECK(limit.bitrate() == 2'500'000);
}

TEST_CASE("an unlimited receiver lowers nothing and lifts to 2^30") {
  ReceiverLimit limit;
  limit.add({~0ull, 0, 0});
  CHECK(limit.bitrate() == 1u << 30);
  limit.add({kMega, 0, 0});
  CHECK(limit.bitrate() == kMega);
}
